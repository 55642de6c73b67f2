// Looks again at what is served: asked for, and followed by its jobs until each has ended, whoever asked. What was seen is read from
// the deployments. Not for: drawing it. Invariant: progress is the server's jobs, so a reload or another person sees the same.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, q, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Certificate, Job } from '@/api/types';
import { complain } from '@/ui/toast';

/** Without the stream they are looked at so often. */
const LOOK = 2000;
const JOBS = 50;

interface Where {
  certificateId?: string;
  targetId?: string;
}

const isOpen = (job: Job) => job.state === 'Pending' || job.state === 'Running';

export function useProbe({ certificateId, targetId }: Where) {
  const queries = useQueryClient();
  const query = q('/jobs', {
    query: { kind: 'Validation', certificate_id: certificateId, target_id: targetId, limit: JOBS },
  });
  const jobs =
    useQuery({
      ...query,
      refetchInterval: ({ state }) => (state.data?.items.some(isOpen) ? LOOK : false),
    }).data?.items ?? [];
  /** Newest first: the first of each target counts. */
  const latest = new Map<string, Job>();
  for (const job of jobs) if (job.target_id && !latest.has(job.target_id)) latest.set(job.target_id, job);
  const start = useMutation({
    mutationFn: async (of: readonly Pick<Certificate, 'id'>[]) => {
      for (const { id } of of)
        await taken(
          client.POST('/certificates/{id}/verify', {
            params: { path: { id } },
            body: targetId === undefined ? {} : { target_ids: [targetId] },
          }),
        );
    },
    onError: (error) => {
      // Somebody else asked a moment ago: that look is on the page anyway.
      if (ApiError.of(error).code !== 'already_looking') complain('Nothing was probed', error);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['/jobs'] }),
  });
  const open = [...latest.values()].filter(isOpen);
  return { latest, open, isOpen, start, busy: start.isPending || open.length > 0 };
}

/** Why the last look came to nothing; null when what it saw is in the deployment. */
export const withoutResult = (job: Job | undefined): string | null =>
  job?.state === 'Failed' && job.cause_code !== 'probe_failed' ? (job.error ?? null) : null;
