// Names of things that are looked up one by one: certificates, targets, agents, and who did something.
// Not for: directories (caller.ts). Invariant: a name that is not known yet is its id.
import { useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { useCaller } from './caller';
import { client, q, taken } from './client';
import type { Schemas } from './types';

type Actor = Schemas['Actor'];

const lasting = { staleTime: 5 * 60_000 };
const MOST = 60;

const distinct = (ids: readonly (string | null | undefined)[]) =>
  [...new Set(ids.filter((id): id is string => Boolean(id)))].slice(0, MOST);

export type NameOf = (id: string | null | undefined) => string;

/** Under a key of its own: a name hardly ever changes, and an event about a job does not touch it. */
const nameQuery = (id: string) => ({
  queryKey: ['certificate-name', id] as const,
  staleTime: 30 * 60_000,
  queryFn: async ({ signal }: { signal: AbortSignal }) =>
    (await taken(client.GET('/certificates/{id}', { params: { path: { id } }, signal }))).name,
});

export function useCertificateNames(ids: readonly (string | null | undefined)[]): NameOf {
  const wanted = distinct(ids);
  const found = useQueries({ queries: wanted.map(nameQuery) });
  const names = new Map(wanted.map((id, index) => [id, found[index]?.data]));
  return (id) => (id ? (names.get(id) ?? id) : '');
}

/** The name of one, for a row of a list: asked for once the row has stayed for a moment. */
export function useCertificateName(id: string): string {
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(id), 120);
    return () => clearTimeout(timer);
  }, [id]);
  return useQuery({ ...nameQuery(id), enabled: settled === id }).data ?? id;
}

export function useTargets(ids: readonly (string | null | undefined)[]): Map<string, Schemas['Target']> {
  const allowed = useCaller().permissions.includes('targets.read');
  const wanted = distinct(ids);
  const found = useQueries({
    queries: wanted.map((id) => ({ ...q('/targets/{id}', { path: { id } }), ...lasting, enabled: allowed })),
  });
  return new Map(
    wanted.flatMap((id, index) => {
      const target = found[index]?.data;
      return target ? [[id, target] as const] : [];
    }),
  );
}

export function useAgents(ids: readonly (string | null | undefined)[]): Map<string, Schemas['Agent']> {
  const allowed = useCaller().permissions.includes('agents.read');
  const wanted = distinct(ids);
  const found = useQueries({
    queries: wanted.map((id) => ({ ...q('/agents/{id}', { path: { id } }), ...lasting, enabled: allowed })),
  });
  return new Map(
    wanted.flatMap((id, index) => {
      const agent = found[index]?.data;
      return agent ? [[id, agent] as const] : [];
    }),
  );
}

/** Who did something: a person or key by name where the reader may see it, `certctl` for its own work. */
export function useActorName(): (actor: Actor | null | undefined) => string {
  const caller = useCaller();
  const users = useQuery({
    ...q('/users', { query: { limit: 500 } }),
    ...lasting,
    enabled: caller.permissions.includes('users.manage'),
  }).data;
  const keys = useQuery({
    ...q('/api-keys', { query: { limit: 500 } }),
    ...lasting,
    enabled: caller.permissions.includes('keys.manage'),
  }).data;
  const { actor: own, name } = caller;
  // The same function until a name changes, as `useNames`.
  return useCallback(
    (actor) => {
      if (!actor) return '';
      switch (actor.kind) {
        case 'system':
          return 'certctl';
        case 'local':
          return 'the command line on the server';
        case 'anonymous':
          return 'nobody who signed in';
        case 'agent':
          return `agent ${actor.id}`;
        default: {
          if ('id' in own && own.id === actor.id) return name;
          if (actor.kind === 'api_key') return keys?.items.find((key) => key.id === actor.id)?.name ?? actor.id;
          const user = users?.items.find((it) => it.id === actor.id);
          return user && 'name' in user ? String(user.name) : actor.id;
        }
      }
    },
    [own, name, users, keys],
  );
}
