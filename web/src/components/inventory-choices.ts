// What certificates can be told apart by, with the values there are: for selectors and conditions. Not for: counting.
import { useQuery } from '@tanstack/react-query';
import { issuersQuery, ownersQuery, profilesQuery, renewalPoliciesQuery, teamsQuery, useCaller } from '@/api/caller';
import { q } from '@/api/client';
import { keyName, strategies } from '@/lib/key-names';
import { algorithms } from '@/lib/profile-form';
import type { Choice } from './filters/choose-many';

export type ChoiceKind =
  | 'teams'
  | 'owners'
  | 'issuers'
  | 'profiles'
  | 'policies'
  | 'environments'
  | 'tags'
  | 'keys'
  | 'strategies';

type Named = { items: readonly { id: string; name?: string | null }[] } | undefined;
const named = (page: Named): Choice[] =>
  (page?.items ?? []).map((each) => ({ value: each.id, label: each.name ?? each.id }));

export function useInventoryChoices(): Record<ChoiceKind, readonly Choice[]> {
  const { permissions } = useCaller();
  const config = permissions.includes('config.read');
  const certificates = permissions.includes('certificates.read');
  const facets = useQuery({
    ...q('/certificates/facets', { query: { archived: false } }),
    enabled: certificates,
    staleTime: 60_000,
  }).data;
  const seen = (facet: string): Choice[] =>
    (facets?.facets.find((each) => each.facet === facet)?.values ?? []).flatMap((each) =>
      each.value ? [{ value: each.value, label: each.value }] : [],
    );
  return {
    teams: named(useQuery({ ...teamsQuery(), enabled: config }).data),
    owners: named(useQuery({ ...ownersQuery(), enabled: config }).data),
    issuers: named(useQuery({ ...issuersQuery(), enabled: permissions.includes('issuers.read') }).data),
    profiles: named(useQuery({ ...profilesQuery(), enabled: config }).data),
    policies: named(useQuery({ ...renewalPoliciesQuery(), enabled: config }).data),
    environments: seen('environment'),
    tags: seen('tag'),
    keys: algorithms.map((value) => ({ value, label: keyName(value) })),
    strategies: Object.entries(strategies).map(([value, label]) => ({ value, label })),
  };
}
