// The checks of a draft on fresh data: what other targets write. Shared by the steps that show and obey them.
import { useAllTargets } from '@/components/targets/use-targets';
import { tidied } from '@/lib/json-schema';
import { checkTarget, type TargetDraft } from '@/lib/target-checks';

export function useChecks(draft: TargetDraft, faults: Readonly<Record<string, string>>) {
  const targets = useAllTargets();
  return {
    checks: checkTarget({ ...draft, config: tidied(draft.config) }, targets.data, faults),
    error: targets.error,
    again: () => void targets.refetch(),
  };
}
