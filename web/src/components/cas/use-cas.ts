// The certificate authorities of certctl's own, with how many certificates each still answers for. Not for: words (lib/ca-words.ts).
import { queryOptions, useQueries } from '@tanstack/react-query';
import { q } from '@/api/client';
import type { Ca } from '@/lib/ca-words';

export const casQuery = (issuer?: string) => q('/cas', { query: { limit: 500, issuer_id: issuer } });

/** Counts cost the server more than the list, so each is asked for by itself; what is retired has none. */
export function useLive(cas: readonly Ca[]): ReadonlyMap<string, number | null | undefined> {
  const asked = cas.filter((ca) => ca.role === 'issuing' && ca.state !== 'retired');
  const answers = useQueries({
    queries: asked.map((ca) => queryOptions({ ...q('/cas/{id}', { path: { id: ca.id } }), staleTime: 30_000 })),
  });
  return new Map(asked.map((ca, place) => [ca.id, answers[place]?.data?.live_certificates]));
}
