// A plain table: for what fits on a page. Not for: long lists (DataGrid). Invariants: it scrolls sideways by itself, not the page;
// no column is narrower than it says, and one that says nothing has room for a name, which stays in sight on a tablet.
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';

export interface TableColumn<T> {
  key: string;
  label: string;
  cell: (row: T) => ReactNode;
  /** Fixed or relative, as in CSS; the rest is shared. */
  width?: string;
  end?: boolean;
}

interface Props<T> {
  label: string;
  columns: readonly TableColumn<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  rowClass?: (row: T) => string | undefined;
}

/** In rem, of what a column says or of a name. */
const NAME = 12;
const least = (width: string | undefined) =>
  width === undefined ? NAME : width.endsWith('rem') ? Number.parseFloat(width) : NAME / 2;
const pinned = 'tablet:first:sticky tablet:first:start-0 tablet:first:bg-surface';

export function Table<T>({ label, columns, rows, keyOf, rowClass }: Props<T>) {
  return (
    <div className="relative overflow-x-auto">
      <table
        aria-label={label}
        className="w-full table-fixed border-collapse text-start"
        style={{ minWidth: `${columns.reduce((sum, column) => sum + least(column.width), 0)}rem` }}
      >
        <thead>
          <tr className="border-b border-line">
            {columns.map((column) => (
              <th
                className={cx(
                  'h-9 px-2 text-xs font-normal text-ink-3 first:ps-4 last:pe-4',
                  pinned,
                  column.end && 'text-end',
                )}
                key={column.key}
                scope="col"
                style={{ width: column.width }}
              >
                {column.label === '' ? <span className="sr-only">Actions</span> : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody data-rows={label}>
          {rows.map((row) => (
            <tr
              data-row=""
              className={cx('h-10 border-b border-line last:border-b-0 hover:bg-fill/60', rowClass?.(row))}
              key={keyOf(row)}
            >
              {columns.map((column) => (
                <td
                  className={cx('truncate px-2 py-1 first:ps-4 last:pe-4', pinned, column.end && 'text-end')}
                  key={column.key}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
