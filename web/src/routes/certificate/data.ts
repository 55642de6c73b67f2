// What the tabs of a certificate's page share: its rounds, deployments and the names around it. Each is asked for once.
// Invariant: numbers of versions are shown only when all versions are loaded.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useNames } from '@/api/caller';
import { client, q, taken } from '@/api/client';
import { useAgents, useTargets } from '@/api/lookups';
import type { Certificate, Schemas } from '@/api/types';
import { namingOf, roundsOf, type Version } from '@/lib/lineage';

export type Deployment = Schemas['Deployment'];

const PAGE = 500;
const PAGES = 3;

export const certificateQuery = (id: string) => q('/certificates/{id}', { path: { id } });
export const timelineQuery = (id: string) => q('/certificates/{id}/timeline', { path: { id }, query: { limit: 50 } });
export const deploymentsQuery = (id: string) =>
  q('/certificates/{id}/deployments', { path: { id }, query: { limit: 200 } });

/** All versions, newest first, as far as that is a few requests. */
export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['/certificates/{id}/versions', { path: { id } }, 'all'] as const,
    queryFn: async ({ signal }) => {
      const items: Version[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < PAGES; page += 1) {
        const got = await taken(
          client.GET('/certificates/{id}/versions', {
            params: { path: { id }, query: { limit: PAGE, cursor } },
            signal,
          }),
        );
        items.push(...got.items);
        cursor = got.next_cursor ?? undefined;
        if (cursor === undefined) break;
      }
      return { items, complete: cursor === undefined };
    },
  });

export function useVersions(id: string) {
  const query = useQuery(versionsQuery(id));
  const rounds = useMemo(() => (query.data ? roundsOf(query.data.items, query.data.complete) : []), [query.data]);
  const naming = useMemo(() => namingOf(rounds), [rounds]);
  return { query, rounds, naming };
}

/** The newest deployment on each target. */
export function latestByTarget(deployments: readonly Deployment[]): Map<string, Deployment> {
  const latest = new Map<string, Deployment>();
  for (const deployment of deployments) {
    const other = latest.get(deployment.target_id);
    if (other === undefined || Date.parse(deployment.created_at) > Date.parse(other.created_at))
      latest.set(deployment.target_id, deployment);
  }
  return latest;
}

/** The names of what is around a certificate. */
export function useAround(it: Certificate, deployments: readonly Deployment[] = []) {
  const nameOf = useNames();
  const targets = useTargets([...it.target_ids, ...deployments.map((each) => each.target_id)]);
  const agents = useAgents([
    ...it.holders.map((holder) => holder.agent_id),
    ...[...targets.values()].map((target) => target.agent_id),
  ]);
  return {
    nameOf,
    targets,
    targetName: (id: string | null | undefined) => (id ? (targets.get(id)?.name ?? id) : ''),
    /** Those that serve its targets, as far as they are known. */
    agentsOf: (of: Certificate) => of.target_ids.flatMap((id) => agents.get(targets.get(id)?.agent_id ?? '') ?? []),
    agentName: (id: string | null | undefined) => (id ? (agents.get(id)?.name ?? id) : 'outside'),
  };
}

export type Around = ReturnType<typeof useAround>;

/** Where the chain of a version, or of the current one, is downloaded. */
