// Who something can be given to: everybody who signs in and is not kept out, by name; the reader first.
// Not for: owners of certificates (they are told, they need not sign in), users with their rights (the settings).
import { useQuery } from '@tanstack/react-query';
import { useCaller } from '@/api/caller';
import { q } from '@/api/client';

export interface Person {
  id: string;
  name: string;
}

export function usePeople(wanted = true) {
  const { actor, name, permissions } = useCaller();
  const all = permissions.includes('alerts.operate');
  const found = useQuery({
    ...q('/people', { query: { limit: 500 } }),
    staleTime: 60_000,
    enabled: wanted && all,
  });
  const self: Person | null = actor.kind === 'user' ? { id: actor.id, name } : null;
  const others = (found.data?.items ?? []).filter((each) => each.id !== self?.id);
  return {
    self,
    people: [
      ...(self ? [self] : []),
      ...others
        .map((each) => ({ id: each.id as string, name: each.name }))
        .toSorted((a, b) => a.name.localeCompare(b.name)),
    ],
    pending: all && found.isPending,
    error: found.error,
  };
}
