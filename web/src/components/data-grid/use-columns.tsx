// The columns of a list in the URL's `cols`: which are shown, in which order and how wide, and the chooser for them.
// Not for: the certificates, whose usual columns are not all (their page). Invariant: a column that is not known is left out.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { areUsual, type Col, readCols, withWidth, writeCols } from '@/lib/cols';
import type { Search } from '@/lib/search';
import { ColumnChooser } from './column-chooser';
import type { Column } from './data-grid';

/** The columns that `cols` names, in its order and with its widths; all of them without it. */
export function columnsIn<C extends { key: string }>(all: readonly C[], cols: string | undefined): readonly C[] {
  const named = readCols(cols).flatMap(({ key, width }) => {
    const column = all.find((one) => one.key === key);
    if (column === undefined) return [];
    return [width === null ? column : { ...column, width, grow: undefined }];
  });
  return named.length === 0 ? all : named;
}

/** What of `cols` is known. */
export function colsIn(all: readonly { key: string }[], cols: string | undefined): Col[] {
  const known = readCols(cols).filter(({ key }) => all.some((column) => column.key === key));
  return known.length > 0 ? known : all.map(({ key }) => ({ key, width: null }));
}

export function useColumns<T>(all: readonly Column<T>[]): { columns: readonly Column<T>[]; chooser: ReactNode } {
  const { cols } = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const shown = colsIn(all, cols);
  const usual = all.map(({ key }) => key);
  // The same until one of both changes: rows are drawn again for others.
  const columns = useMemo(
    () =>
      columnsIn(all, cols).map((column) => ({
        ...column,
        onWidth: (width: number | null) =>
          void navigate({
            to: '.',
            replace: true,
            search: ((search: Search) =>
              put(all, search, withWidth(colsIn(all, search.cols), column.key, width))) as never,
          }),
      })),
    [all, cols, navigate],
  );
  return {
    columns,
    chooser: (
      <ColumnChooser
        all={all}
        onChange={(next) => void navigate({ to: '.', search: ((search: Search) => put(all, search, next)) as never })}
        shown={shown}
        usual={usual}
      />
    ),
  };
}

function put(all: readonly { key: string }[], search: Search, next: readonly Col[]): Search {
  const { cols: _, ...rest } = search;
  const usual = all.map(({ key }) => key);
  return areUsual(next, usual) ? rest : { ...rest, cols: writeCols(next) };
}
