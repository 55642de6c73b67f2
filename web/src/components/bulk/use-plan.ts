// The plan of a bulk action, and its run. Not for: drawing it. Invariants: what runs is the plan that was shown, by its id; if the
// selection has moved since, a new plan is made and nothing runs.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { sayAsked } from '@/components/confirmations/two-people';
import { isAsked } from '@/lib/confirmations';
import { count } from '@/lib/words';
import { complain, say } from '@/ui/toast';
import { verbs } from './plan-lines';

export type Action = Schemas['BulkAction'];

export interface Planned {
  action: Action;
  selection: Schemas['BulkSelection'];
  params?: Schemas['BulkParams'];
  onClose: () => void;
  /** After it was started. */
  onStarted?: (operation: Schemas['Operation']) => void;
}

export function usePlan({ action, selection, params, onClose, onStarted }: Planned) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  /** How many would have been changed by the plan that does not hold any more. */
  const [moved, setMoved] = useState<number | null>(null);
  const plan = useQuery({
    queryKey: ['plan', action, selection, params ?? null],
    queryFn: () =>
      taken(client.POST('/certificates/bulk', { body: { action, selection, params, dry_run: true } })) as Promise<
        Schemas['BulkPlan']
      >,
    // With other values it is counted anew; meanwhile the counts of before stand there, and cannot be run.
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const run = useMutation({
    mutationFn: ({ id, reason }: { id: string; reason?: string }) =>
      taken(client.POST('/certificates/bulk', { body: { plan_id: id, reason } })) as Promise<
        Schemas['StartedOperation']
      >,
    onSuccess: (operation) => {
      if (isAsked(operation)) {
        sayAsked(operation, (to) => void navigate({ to }));
        void queries.invalidateQueries({ queryKey: ['/confirmations'] });
        onClose();
        return;
      }
      say(`${verbs[action]} ${count(plan.data?.will_change ?? operation.selected, 'certificate')}: started`, {
        description: 'It goes on when you leave; what becomes of each is kept.',
      });
      void queries.invalidateQueries({ queryKey: ['/operations'] });
      onStarted?.(operation);
      onClose();
    },
    onError: (error) => {
      if (ApiError.of(error).code === 'selection_moved' || ApiError.of(error).code === 'plan_expired') {
        setMoved(plan.data?.will_change ?? 0);
        void plan.refetch();
      } else complain('It was not started', error);
    },
  });
  return { plan, run, moved };
}
