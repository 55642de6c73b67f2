// "Probe now" for all that a target serves. Not for: what was seen, which the page shows from the deployments.
import { Radar } from 'lucide-react';
import { useCaller } from '@/api/caller';
import { certificate as can } from '@/api/can';
import { useAgents } from '@/api/lookups';
import type { Certificate, Schemas } from '@/api/types';
import { Button } from '@/ui/button';
import { useProbe } from './use-probe';

export function ProbeButton({
  target,
  certificates,
}: {
  target: Schemas['Target'];
  certificates: readonly Certificate[];
}) {
  const caller = useCaller();
  const agents = useAgents([target.agent_id]);
  const { start, busy } = useProbe({ targetId: target.id });
  const reasons = certificates.map((it) => can.probe(caller, it, [...agents.values()]));
  const asked = certificates.filter((_, place) => reasons[place] === null);
  return (
    <Button
      busy={busy}
      disabledReason={busy || asked.length > 0 ? null : (reasons[0] ?? 'no certificate is deployed to it')}
      icon={<Radar size={14} />}
      onClick={() => start.mutate(asked)}
    >
      {busy ? 'Probing' : 'Probe now'}
    </Button>
  );
}
