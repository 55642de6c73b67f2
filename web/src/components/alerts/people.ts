// Who an alert can be given to: everybody who signs in, for those who may see them; the reader in any case.
// Not for: owners of certificates (they are told, they need not sign in). Invariant: nobody who is kept out.
import { useQuery } from '@tanstack/react-query';
import { useCaller } from '@/api/caller';
import { q } from '@/api/client';

export interface Person {
  id: string;
  name: string;
}

export function usePeople(wanted = true) {
  const { actor, name, permissions } = useCaller();
  const all = permissions.includes('users.manage');
  const users = useQuery({
    ...q('/users', { query: { disabled: false, limit: 500 } }),
    staleTime: 60_000,
    enabled: wanted && all,
  });
  const self: Person | null = actor.kind === 'user' ? { id: actor.id, name } : null;
  const others = (users.data?.items ?? []).filter((each) => each.id !== self?.id);
  return {
    self,
    people: [
      ...(self ? [self] : []),
      ...others
        .map((each) => ({ id: each.id as string, name: each.name }))
        .toSorted((a, b) => a.name.localeCompare(b.name)),
    ],
    /** Why others are not among them. */
    others: all ? null : 'giving it to others needs the role Admin, who sees the users',
    pending: all && users.isPending,
    error: users.error,
  };
}
