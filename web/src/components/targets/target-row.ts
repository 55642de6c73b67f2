// What the list of targets does not carry for a row: how many certificates it has and its newest deployment. Asked for the rows in
// sight, kept for a while, and asked anew when an event names the target. Not for: pages of one target.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { client, taken } from '@/api/client';
import { onEvent } from '@/api/live';
import { currentTeam, inScope } from '@/lib/scope';

const keyOf = (id: string) => ['target-row', id];

export function useTargetRow(id: string) {
  return useQuery({
    queryKey: [...keyOf(id), currentTeam() ?? 'all teams'],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const [certificates, jobs] = await Promise.all([
        taken(
          client.GET('/certificates', {
            params: { query: inScope('/certificates', { target_id: id, limit: 1, total: true }) },
            signal,
          }),
        ),
        taken(client.GET('/jobs', { params: { query: { target_id: id, kind: 'Deployment', limit: 1 } }, signal })),
      ]);
      return { certificates: certificates.total ?? 0, last: jobs.items[0] ?? null };
    },
  }).data;
}

/** Makes the rows stale that events are about. */
export function useFreshTargetRows(): void {
  const queries = useQueryClient();
  useEffect(
    () =>
      onEvent((event) => {
        const named = (event.data as { target_id?: unknown } | null)?.target_id;
        const id = event.object_kind === 'target' ? event.object_id : named;
        if (typeof id === 'string') void queries.invalidateQueries({ queryKey: keyOf(id) });
      }),
    [queries],
  );
}
