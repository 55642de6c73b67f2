// The checks of a draft on fresh data: the agent, and what other targets write. Shared by the steps that show and obey them.
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';
import { useAllTargets } from '@/components/targets/use-targets';
import { useNow } from '@/lib/clock';
import { tidied } from '@/lib/json-schema';
import { checkTarget, type TargetDraft } from '@/lib/target-checks';

export function useChecks(draft: TargetDraft, faults: Readonly<Record<string, string>>) {
  const now = useNow(5000);
  const agent = useQuery({ ...q('/agents/{id}', { path: { id: draft.agent_id } }), refetchInterval: 15_000 });
  const targets = useAllTargets();
  return {
    checks: checkTarget({ ...draft, config: tidied(draft.config) }, agent.data, targets.data, faults, now),
    error: agent.error ?? targets.error,
    again: () => {
      void agent.refetch();
      void targets.refetch();
    },
    running: agent.isFetching || targets.isFetching,
  };
}
