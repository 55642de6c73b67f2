// A plain table: for what fits on a page. Not for: long lists (DataGrid). Invariant: it scrolls sideways by itself, not the page.
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

export function Table<T>({ label, columns, rows, keyOf, rowClass }: Props<T>) {
  return (
    <div className="overflow-x-auto">
      <table aria-label={label} className="w-full min-w-150 table-fixed border-collapse text-left">
        <thead>
          <tr className="border-b border-line">
            {columns.map((column) => (
              <th
                className={cx('h-9 px-2 text-xs font-normal text-ink-3 first:ps-4 last:pe-4', column.end && 'text-end')}
                key={column.key}
                scope="col"
                style={{ width: column.width }}
              >
                {column.label === '' ? <span className="sr-only">Actions</span> : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              className={cx('h-10 border-b border-line last:border-b-0 hover:bg-fill/60', rowClass?.(row))}
              key={keyOf(row)}
            >
              {columns.map((column) => (
                <td
                  className={cx('truncate px-2 py-1 first:ps-4 last:pe-4', column.end && 'text-end')}
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
