// The list's state in the URL: reading it, and the ways to change it. Not for: drawing.
// Invariants: typing replaces the history's entry, a click makes one; a change of filter keeps columns and closes the peek.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { certificateGrammar } from '@/lib/certificate-grammar';
import { filtersOf, toQuery } from '@/lib/list-grammar';
import type { Search } from '@/lib/search';
import { columnKeys, usual } from './columns';

/** The columns that are asked for: those that there are, and those that there are not. */
function columnsIn(search: Search): { known: readonly string[]; unknown: readonly string[] } {
  const asked = search.cols?.split(',') ?? [];
  const known = asked.filter((key) => columnKeys.includes(key));
  return { known: known.length > 0 ? known : usual, unknown: asked.filter((key) => !columnKeys.includes(key)) };
}

export function useListSearch() {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const { query, ignored } = useMemo(() => toQuery(certificateGrammar, search), [search]);
  const { known, unknown } = useMemo(() => columnsIn(search), [search]);
  const filters = useMemo(() => filtersOf(certificateGrammar, search), [search]);
  const go = (next: Search, replace = false) => void navigate({ to: '/certificates', search: next, replace });
  const without = (...keys: string[]) =>
    Object.fromEntries(Object.entries(search).filter(([key]) => !keys.includes(key)));
  return {
    search,
    query,
    ignored: unknown.length > 0 ? [...ignored, `cols=${unknown.join()}`] : ignored,
    filters,
    // What was dropped filters nothing.
    filtered: Object.keys(query).some((key) => key !== 'sort'),
    sort: query.sort ?? certificateGrammar.sort,
    columns: known,
    setFilter: (key: string, text: string | undefined, replace = false) =>
      go({ ...without(key, 'peek'), ...(text ? { [key]: text } : {}) }, replace),
    setSort: (sort: string) => go({ ...without('sort'), ...(sort === certificateGrammar.sort ? {} : { sort }) }),
    setColumns: (columns: readonly string[]) =>
      go({ ...without('cols'), ...(columns.join() === usual.join() ? {} : { cols: columns.join() }) }),
    setPeek: (id: string | undefined, replace = false) =>
      go({ ...without('peek'), ...(id ? { peek: id } : {}) }, replace),
    reset: () => go({}),
  };
}

export type ListSearch = ReturnType<typeof useListSearch>;
