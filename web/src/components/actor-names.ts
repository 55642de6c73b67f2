// Who did something, in a name: users and keys by theirs when the reader may see them or the server tells it (`told`), else
// their id.
import { useQuery } from '@tanstack/react-query';
import { useCaller } from '@/api/caller';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';

type Actor = Schemas['Actor'];

export const actorKinds: Record<Actor['kind'], string> = {
  user: 'person',
  api_key: 'API key',
  agent: 'agent',
  system: 'certctl itself',
  local: 'on the server',
  anonymous: 'not signed in',
};

function useDirectory() {
  const { permissions } = useCaller();
  const users = useQuery({
    ...q('/users', { query: { limit: 500 } }),
    enabled: permissions.includes('users.manage'),
    staleTime: 60_000,
  }).data;
  const keys = useQuery({
    ...q('/api-keys', { query: { limit: 500 } }),
    enabled: permissions.includes('keys.manage'),
    staleTime: 60_000,
  }).data;
  return { users, keys };
}

/** The people and keys that the reader may see, for a filter. */
export function useActors(): { value: string; label: string }[] {
  const { users, keys } = useDirectory();
  return [
    ...(users?.items ?? []).map((each) => ({ value: each.id, label: each.name })),
    ...(keys?.items ?? []).map((each) => ({ value: each.id, label: `${each.name} (${actorKinds.api_key})` })),
  ].toSorted((a, b) => a.label.localeCompare(b.label));
}

export function useActorNames(): (actor: Actor, told?: string | null) => string {
  const { actor: self, name } = useCaller();
  const { users, keys } = useDirectory();
  return (actor, told) => {
    switch (actor.kind) {
      case 'local':
        return 'the server’s command line';
      case 'anonymous':
        return 'nobody signed in';
      case 'system':
        return `certctl, ${actor.id.replaceAll('_', ' ')}`;
      case 'user':
        if ('id' in self && self.id === actor.id) return name;
        return users?.items.find((user) => user.id === actor.id)?.name ?? told ?? actor.id;
      case 'api_key':
        if ('id' in self && self.id === actor.id) return name;
        return keys?.items.find((key) => key.id === actor.id)?.name ?? told ?? actor.id;
      default:
        return told ?? actor.id;
    }
  };
}

/** What the API filters by: the id, when it has one. */
export const actorId = (actor: Actor): string | null => ('id' in actor ? actor.id : null);
