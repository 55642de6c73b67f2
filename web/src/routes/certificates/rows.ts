// The rows of the certificate list: what is asked of the API for them. Not for: drawing. Invariant: the page and its loader ask
// for the same, so that the page finds what was begun.
import type { QueryClient } from '@tanstack/react-query';
import { client, taken } from '@/api/client';
import type { Certificate } from '@/api/types';
import { type Anchored, beginAnchored } from '@/components/data-grid/source';
import { certificateGrammar } from '@/lib/certificate-grammar';
import { toQuery } from '@/lib/list-grammar';
import { inScope } from '@/lib/scope';
import type { Search } from '@/lib/search';

export function rowsOf(asked: Readonly<Record<string, string>>): Anchored<Certificate> {
  const query = inScope('/certificates', asked);
  const get = (more: object, signal: AbortSignal) =>
    taken(client.GET('/certificates', { params: { query: { ...query, ...more } as never }, signal }));
  return {
    key: ['/certificates', query],
    anchors: (signal) => taken(client.GET('/certificates/anchors', { params: { query: query as never }, signal })),
    count: async (signal) => (await get({ limit: 1, total: true }, signal)).total ?? 0,
    page: (cursor, limit, signal) => get({ cursor, limit }, signal),
  };
}

export const begin = (queries: QueryClient, search: Search): Promise<unknown> =>
  beginAnchored(queries, rowsOf(toQuery(certificateGrammar, search).query));
