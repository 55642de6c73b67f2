// The filters of a list in its URL: what of them goes to the API, what was not valid, and how they are changed.
// Not for: lists with columns and a peek (the certificates). Invariant: typing replaces the history's entry, a click makes one.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { toFilters } from '@/lib/filter-keys';
import { useKeys } from '@/lib/keyboard';
import { type Grammar, toQuery } from '@/lib/list-grammar';
import type { Search } from '@/lib/search';

const grammarOf = (fields: Grammar['fields']): Grammar => ({ fields, sorts: [], sort: '' });

/** The parameters of the API alone. */
export function queryOf(fields: Grammar['fields'], search: Search): Record<string, string> {
  const { sort: _, ...filters } = toQuery(grammarOf(fields), search).query;
  return filters;
}

export function useFilters(fields: Grammar['fields']) {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  useKeys([{ keys: 'F', label: 'To the filters', group: 'This list', run: toFilters }]);
  const { ignored } = toQuery(grammarOf(fields), search);
  const filters = queryOf(fields, search);
  const go = (next: Search, replace: boolean) => void navigate({ to: '.', search: next as never, replace });
  return {
    search,
    query: filters,
    ignored,
    filtered: Object.keys(filters).length > 0,
    set: (key: string, text: string | undefined, replace = false) => {
      const { [key]: _, ...rest } = search;
      go(text === undefined || text === '' ? rest : { ...rest, [key]: text }, replace);
    },
    reset: () => go(Object.fromEntries(Object.entries(search).filter(([key]) => !(key in fields))), false),
  };
}

export type Filters = ReturnType<typeof useFilters>;
