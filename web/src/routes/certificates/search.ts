// The list's state in the URL: reading it, and the ways to change it. Not for: drawing.
// Invariants: typing replaces the history's entry, a click makes one; a change of filter keeps columns and closes the peek.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { certificateGrammar, everything } from '@/lib/certificate-grammar';
import { areUsual, type Col, readCols, withKeys, writeCols } from '@/lib/cols';
import { filtersOf, toQuery } from '@/lib/list-grammar';
import type { DensityName } from '@/lib/prefs';
import { teamIn } from '@/lib/scope';
import type { Search } from '@/lib/search';
import { columnKeys, usual } from './columns';

/** The columns that are asked for: those that there are, and those that there are not. */
function colsIn(text: string | undefined): { known: readonly Col[]; unknown: readonly string[] } {
  const asked = readCols(text);
  const known = asked.filter(({ key }) => columnKeys.includes(key));
  return {
    known: known.length > 0 ? known : withKeys([], usual),
    unknown: asked.flatMap(({ key }) => (columnKeys.includes(key) ? [] : [key])),
  };
}

export function useListSearch() {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const { query, ignored } = useMemo(() => toQuery(certificateGrammar, search), [search]);
  const { known, unknown } = useMemo(() => colsIn(search.cols), [search.cols]);
  // The scope goes before a filter by another team.
  const scope = teamIn(search);
  const outside = scope !== undefined && search.team !== undefined && search.team !== scope;
  const filters = useMemo(() => filtersOf(certificateGrammar, search), [search]);
  const go = (next: Search, replace = false) => void navigate({ to: '/certificates', search: next, replace });
  const without = (...keys: string[]) =>
    Object.fromEntries(Object.entries(search).filter(([key]) => !keys.includes(key)));
  return {
    search,
    query,
    ignored: [
      ...ignored,
      ...(unknown.length > 0 ? [`cols=${unknown.join()}`] : []),
      ...(outside ? [`team=${search.team}`] : []),
    ],
    filters,
    // What was dropped filters nothing.
    filtered: Object.keys(query).some((key) => key !== 'sort'),
    sort: query.sort ?? certificateGrammar.sort,
    columns: known,
    /** The view's own; the reader's otherwise. */
    density: (search.density === 'compact' || search.density === 'comfortable' ? search.density : undefined) as
      | DensityName
      | undefined,
    setDensity: (density: DensityName) => go({ ...search, density }),
    setFilter: (key: string, text: string | undefined, replace = false) =>
      go({ ...without(key, 'peek'), ...(text ? { [key]: text } : {}) }, replace),
    setSort: (sort: string) => go({ ...without('sort'), ...(sort === certificateGrammar.sort ? {} : { sort }) }),
    setColumns: (columns: readonly Col[], replace = false) =>
      go({ ...without('cols'), ...(areUsual(columns, usual) ? {} : { cols: writeCols(columns) }) }, replace),
    setPeek: (id: string | undefined, replace = false) =>
      go({ ...without('peek'), ...(id ? { peek: id } : {}) }, replace),
    reset: () => go(everything()),
  };
}

export type ListSearch = ReturnType<typeof useListSearch>;
