// Approves several requests that are alike: each is listed, then one button. Not for: requests that differ (its reason says so).
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { count } from '@/lib/words';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { complain, say } from '@/ui/toast';
import { useFreshApprovals } from './request';

export function BulkApprove({
  items,
  reason,
  onDone,
}: {
  items: readonly Schemas['WaitingApproval'][];
  reason: string | null;
  onDone: () => void;
}) {
  const [asking, setAsking] = useState(false);
  const fresh = useFreshApprovals();
  const missing = may(useCaller(), 'jobs.approve');
  const run = useMutation({
    mutationFn: async () => {
      const failed: unknown[] = [];
      for (const it of items) {
        try {
          await taken(client.POST('/jobs/{id}/approve', { params: { path: { id: it.job_id } }, body: {} }));
        } catch (error) {
          failed.push(error);
        }
      }
      return failed;
    },
    onSuccess: (failed) => {
      fresh();
      setAsking(false);
      if (failed.length > 0) complain(`${count(failed.length, 'request')} of ${items.length} not approved`, failed[0]);
      else say(`${count(items.length, 'request')} approved`);
      onDone();
    },
  });
  const start = () => {
    if (!run.isPending) run.mutate();
  };
  return (
    <footer className="flex shrink-0 items-center gap-2 border-t border-line px-4 py-2.5" data-print="no">
      <span className="nums flex-1 text-xs text-ink-2">{items.length} selected</span>
      <Button onClick={onDone} size="sm" variant="ghost">
        Clear
      </Button>
      <Button disabledReason={missing ?? reason} onClick={() => setAsking(true)} size="sm">
        Approve {items.length}…
      </Button>
      {asking ? (
        <Dialog
          footer={
            <>
              <Button onClick={() => setAsking(false)}>Keep waiting</Button>
              <Button busy={run.isPending} onClick={start} variant="primary">
                Approve {items.length}
              </Button>
            </>
          }
          onConfirm={start}
          onOpenChange={setAsking}
          open
          title={`Approve ${count(items.length, 'request')}?`}
        >
          <ul className="max-h-80 divide-y divide-line overflow-y-auto rounded-control border border-line text-sm">
            {items.map((it) => (
              <li className="px-3 py-1.5" key={it.job_id}>
                <span className="font-medium">{it.certificate_name}</span>
                <span className="block truncate text-xs text-ink-3">{it.names.join(', ')}</span>
              </li>
            ))}
          </ul>
        </Dialog>
      ) : null}
    </footer>
  );
}
