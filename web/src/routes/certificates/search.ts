// The list's state in the URL: reading it, and the ways to change it. Not for: drawing.
// Invariants: typing replaces the history's entry, a click makes one; a change of filter keeps columns and closes the peek.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { certificateGrammar } from '@/lib/certificate-grammar';
import { filtersOf, toQuery } from '@/lib/list-grammar';
import type { Search } from '@/lib/search';
import { usual } from './columns';

export function useListSearch() {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const { query, ignored } = useMemo(() => toQuery(certificateGrammar, search), [search]);
  const filters = useMemo(() => filtersOf(certificateGrammar, search), [search]);
  const go = (next: Search, replace = false) => void navigate({ to: '/certificates', search: next, replace });
  const without = (...keys: string[]) =>
    Object.fromEntries(Object.entries(search).filter(([key]) => !keys.includes(key)));
  return {
    search,
    query,
    ignored,
    filters,
    filtered: Object.keys(filters).length > 0,
    sort: query.sort ?? certificateGrammar.sort,
    columns: search.cols ? search.cols.split(',') : usual,
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
