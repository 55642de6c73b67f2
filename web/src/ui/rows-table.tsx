// A short table whose rows the caller writes, so that one can open or hold a form. Not for: plain rows (table.tsx), long lists (DataGrid). Invariant: a plain table, so that it reads as one.
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';

interface Props {
  label: string;
  head: readonly (string | { label: string; className?: string; hidden?: boolean })[];
  children: ReactNode;
  className?: string;
  /** Whether the keys of the page go through its rows (components/row-menu). */
  rowKeys?: boolean;
}

export function RowsTable({ label, head, children, className, rowKeys }: Props) {
  return (
    <div className="relative overflow-x-auto">
      <table aria-label={label} className={cx('w-full border-collapse text-start', className)}>
        <thead>
          <tr className="border-b border-line text-ink-3">
            {head.map((it) => {
              const column = typeof it === 'string' ? { label: it } : it;
              return (
                <th
                  className={cx('h-9 px-3 font-normal whitespace-nowrap first:ps-4 last:pe-4', column.className)}
                  key={column.label}
                  scope="col"
                >
                  {column.hidden ? <span className="sr-only">{column.label}</span> : column.label}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody className="divide-y divide-line" data-rows={rowKeys ? '' : undefined}>
          {children}
        </tbody>
      </table>
    </div>
  );
}

export const Cell = ({ children, className }: { children?: ReactNode; className?: string }) => (
  <td className={cx('h-10 px-3 py-1.5 align-middle first:ps-4 last:pe-4 compact:h-8 compact:py-1', className)}>
    {children}
  </td>
);
