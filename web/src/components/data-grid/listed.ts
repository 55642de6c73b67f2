// A list of the API as rows of a grid, and asking for its beginning before its page is drawn. Not for: lists with anchors (the
// certificates). Invariant: the page and its loader ask for the same, so that the page finds what was begun.
import type { QueryClient } from '@tanstack/react-query';
import { client, taken } from '@/api/client';
import type { paths } from '@/api/types';
import { inScope } from '@/lib/scope';
import type { Search } from '@/lib/search';
import { beginSequential, type Page, type Row, type Sequential } from './source';

type Query = Readonly<Record<string, string>>;
type Rows<T> = Page<T> & { total?: number | null };
type Listable = {
  [P in keyof paths]: paths[P] extends {
    get: { responses: { 200: { content: { 'application/json': { items: unknown[]; next_cursor?: string | null } } } } };
  }
    ? P
    : never;
}[keyof paths];

/** `listed('/policies/{id}/violations', { state: 'open' }, { id })` */
export function listed<T extends Row>(path: Listable, query: Query, at: Query = {}): Sequential<T> {
  // openapi-fetch cannot follow a path that is a value; its rows are what the caller says that they are.
  const get = client.GET as unknown as (
    path: string,
    init: object,
  ) => Promise<{ data?: Rows<T>; error?: unknown; response: Response }>;
  const limited = inScope(path, query);
  return {
    key: [path.replace(/\{(\w+)\}/g, (_, name: string) => at[name] ?? ''), limited],
    page: (cursor, limit, signal) => {
      const asked = { ...limited, cursor, limit, total: cursor === undefined };
      return taken(get(path, { params: { path: at, query: asked }, signal }));
    },
  };
}

/** `begin` of a list's page: asks for its first rows. */
export const begins =
  (path: Listable, queryOf: (search: Search) => Query) =>
  (queries: QueryClient, search: Search): Promise<unknown> =>
    beginSequential(queries, listed(path, queryOf(search)));
