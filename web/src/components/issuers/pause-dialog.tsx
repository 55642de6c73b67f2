// Asks before an issuer is paused: what waits then, and why it is done. Not for: doing it (use-pause.ts).
// Invariant: what it says of the coming day is counted by the server.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { WhyField } from '@/components/why-field';
import { count } from '@/lib/words';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { usePause } from './use-pause';

export function PauseDialog({ it, onClose }: { it: Schemas['Issuer']; onClose: () => void }) {
  const { reason, pause } = usePause();
  const [why, setWhy] = useState('');
  const due = useQuery(
    q('/certificates', { query: { issuer_id: it.id, renews: '..24h', archived: false, limit: 1, total: true } }),
  ).data?.total;
  const confirm = () => {
    if (reason === null && !pause.isPending) pause.mutate({ it, why: why.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog
      footer={
        <>
          <Button onClick={onClose}>Keep it running</Button>
          <Button busy={pause.isPending} disabledReason={reason} onClick={confirm} variant="primary">
            Pause new orders
          </Button>
        </>
      }
      onConfirm={confirm}
      onOpenChange={(open) => !open && onClose()}
      open
      title={`Pause new orders of ${it.name}?`}
    >
      <div className="flex flex-col gap-4 text-sm">
        <ul className="flex list-disc flex-col gap-1 ps-4 text-ink-2">
          <li>Jobs that would ask it wait and say so. They go on by themselves once it is resumed.</li>
          <li>What it signs at this moment is finished; what is deployed stays as it is.</li>
          {it.health.open_jobs > 0 ? <li>{count(it.health.open_jobs, 'order is', 'orders are')} open now.</li> : null}
          {due === undefined || due === null ? null : (
            <li>
              {due === 0
                ? 'None of its certificates is to be renewed within 24 hours.'
                : `${count(due, 'certificate is', 'certificates are')} to be renewed within 24 hours, and would wait.`}
            </li>
          )}
        </ul>
        <WhyField
          help="Those whose jobs wait read it, and so does the audit trail."
          onChange={setWhy}
          placeholder="Key ceremony until 14:00"
          value={why}
        />
      </div>
    </Dialog>
  );
}
