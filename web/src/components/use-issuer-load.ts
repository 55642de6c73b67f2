// What certificates and signatures each issuer has. Not for: how it is doing (its health).
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';

export function useIssuerLoad() {
  const facets = useQuery(q('/certificates/facets', { query: { archived: false } })).data;
  const weeks = useQuery(q('/stats/issuance')).data;
  const values = facets?.facets.find((facet) => facet.facet === 'issuer_id')?.values;
  return {
    certificates: (id: string) =>
      values === undefined ? undefined : (values.find((value) => value.value === id)?.count ?? 0),
    signed: (id: string) =>
      weeks === undefined ? undefined : (weeks.issuers.find((issuer) => issuer.issuer_id === id)?.signed ?? 0),
    weeks: weeks?.weeks.length,
  };
}
