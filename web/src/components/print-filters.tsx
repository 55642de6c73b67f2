// On paper only: by what a list is narrowed. Not for: when and by whom it was printed (the shell's last line).
import { useSearch } from '@tanstack/react-router';
import { usePrinting } from '@/lib/print';
import type { Search } from '@/lib/search';

/** What of an address is no filter. */
const PLACE = new Set(['sort', 'cols', 'density', 'view', 'tab', 'step', 'peek']);

interface Props {
  /** A filter in words; without it as the address has it. */
  words?: (key: string, text: string) => string;
  /** How many rows there are. */
  rows: string;
}

export function PrintFilters(props: Props) {
  return usePrinting() ? <Line {...props} /> : null;
}

function Line({ words, rows }: Props) {
  const search = useSearch({ strict: false }) as Search;
  const filters = Object.entries(search).filter(([key]) => !PLACE.has(key));
  const sort = search.sort;
  return (
    <p className="px-4 pb-2 text-xs text-ink-2">
      {rows}
      {filters.length === 0 ? ', no filter' : ''}
      {filters.map(([key, text]) => ` · ${words?.(key, text) ?? `${key}: ${text}`}`).join('')}
      {sort ? ` · ordered by ${sort.replace(/^-/, '')}${sort.startsWith('-') ? ', the last first' : ''}` : ''}
    </p>
  );
}
