// The columns of a list in the URL's `cols`: which are shown and in which order, and the chooser for them.
// Not for: the certificates, whose usual columns are not all (their page). Invariant: a column that is not known is left out.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import type { Search } from '@/lib/search';
import { ColumnChooser } from './column-chooser';
import type { Column } from './data-grid';

/** The columns that `cols` names, in its order; all of them without it. */
export function columnsIn<C extends { key: string }>(all: readonly C[], cols: string | undefined): readonly C[] {
  const named = (cols ?? '').split(',').flatMap((key) => all.find((column) => column.key === key) ?? []);
  return named.length === 0 ? all : [...new Set(named)];
}

export function useColumns<T>(all: readonly Column<T>[]): { columns: readonly Column<T>[]; chooser: ReactNode } {
  const { cols, ...rest } = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  // The same until one of both changes: rows are drawn again for others.
  const columns = useMemo(() => columnsIn(all, cols), [all, cols]);
  const usual = all.map(({ key }) => key);
  return {
    columns,
    chooser: (
      <ColumnChooser
        all={all}
        onChange={(keys) =>
          void navigate({
            to: '.',
            search: (keys.join() === usual.join() ? rest : { ...rest, cols: keys.join() }) as never,
          })
        }
        shown={columns.map(({ key }) => key)}
        usual={usual}
      />
    ),
  };
}
