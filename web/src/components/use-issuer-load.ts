// What certificates and signatures each issuer has, and which of them did not answer when they were last asked to sign.
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';
import type { StatusWord } from '@/lib/tokens';

export const reached: StatusWord = { label: 'Answers', glyph: 'healthy', tone: 'ok' };
export const unreached: StatusWord = { label: 'Does not answer', glyph: 'failing', tone: 'crit' };

export function useIssuerLoad() {
  const facets = useQuery(q('/certificates/facets', { query: { archived: false } })).data;
  const weeks = useQuery(q('/stats/issuance')).data;
  const dead = useQuery(q('/issuers', { query: { reachable: false, limit: 500 } })).data;
  const values = facets?.facets.find((facet) => facet.facet === 'issuer_id')?.values;
  return {
    certificates: (id: string) =>
      values === undefined ? undefined : (values.find((value) => value.value === id)?.count ?? 0),
    signed: (id: string) =>
      weeks === undefined ? undefined : (weeks.issuers.find((issuer) => issuer.issuer_id === id)?.signed ?? 0),
    weeks: weeks?.weeks.length,
    status: (id: string) =>
      dead === undefined ? undefined : dead.items.some((issuer) => issuer.id === id) ? unreached : reached,
  };
}
