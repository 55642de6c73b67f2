// The same numbers as a chart's, as a table, and the button that shows one or the other. Not for: lists of objects (ui/rows-table).
import { Table2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '@/ui/button';

export function TableToggle({ table, onChange }: { table: boolean; onChange: (table: boolean) => void }) {
  return (
    <IconButton
      aria-pressed={table}
      icon={<Table2 size={16} strokeWidth={1.75} />}
      label={table ? 'Show as a chart' : 'Show as a table'}
      onClick={() => onChange(!table)}
    />
  );
}

interface Props {
  /** Of the columns; the first names the rows. */
  heads: readonly string[];
  rows: readonly { key: string; cells: readonly ReactNode[] }[];
}

export function ChartTable({ heads, rows }: Props) {
  return (
    <div className="relative max-h-60 overflow-auto">
      <table className="w-full text-start">
        <thead className="sticky top-0 bg-surface text-xs text-ink-3">
          <tr>
            {heads.map((head, index) => (
              <th className={index === 0 ? 'py-1 font-normal' : 'py-1 ps-4 text-end font-normal'} key={head}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="nums">
          {rows.map((row) => (
            <tr className="border-t border-line" key={row.key}>
              {row.cells.map((cell, index) => (
                <td className={index === 0 ? 'py-1 whitespace-nowrap' : 'py-1 ps-4 text-end'} key={heads[index]}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
