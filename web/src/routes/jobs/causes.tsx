// Failed jobs by cause, each with a retry of all of them, which shows its plan first. Up to LIMIT jobs; more are said.
// Invariant: exactly the jobs that were counted are retried.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import { useCertificateNames } from '@/api/lookups';
import { StatusGlyph } from '@/components/status-glyph';
import { WhyField } from '@/components/why-field';
import { type Cause, causesOf } from '@/lib/causes';
import { jobVerbs } from '@/lib/tokens';
import { count, number } from '@/lib/words';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { complain, say } from '@/ui/toast';

const LIMIT = 200;
const LISTED = 12;

function RetryAll({ cause, onClose }: { cause: Cause; onClose: () => void }) {
  const queries = useQueryClient();
  const [why, setWhy] = useState('');
  const nameOf = useCertificateNames(cause.jobs.slice(0, LISTED).map((job) => job.certificate_id));
  const run = useMutation({
    mutationFn: () =>
      taken(
        client.POST('/jobs/retry', {
          body: { ids: cause.jobs.map((job) => job.id), ...(why.trim() ? { reason: why.trim() } : {}) },
        }),
      ),
    onSuccess: ({ retried, refused, items }) => {
      void queries.invalidateQueries({ queryKey: ['/jobs'] });
      void queries.invalidateQueries({ queryKey: ['grid', '/jobs'] });
      const first = items.find((each) => !each.ok);
      if (refused > 0)
        complain(
          `${count(refused, 'job')} of ${number(cause.jobs.length)} could not be retried`,
          new Error(first?.detail ?? 'The server refused them.'),
        );
      else say(`Another round of ${count(retried, 'job')} has begun`);
      onClose();
    },
    onError: (error) => complain('Nothing was retried', error),
  });
  const start = () => {
    if (!run.isPending) run.mutate();
  };
  return (
    <Dialog
      closable={!run.isPending}
      description="Each begins another round with all its tries. What is not mended fails again."
      footer={
        <>
          <Button disabledReason={run.isPending ? 'the retries are being asked for' : null} onClick={onClose}>
            Leave them failed
          </Button>
          <Button busy={run.isPending} onClick={start} variant="primary">
            Retry {number(cause.jobs.length)}
          </Button>
        </>
      }
      onConfirm={start}
      onOpenChange={(open) => !open && onClose()}
      open
      title={`Retry ${count(cause.jobs.length, 'job')}?`}
    >
      <p className="mb-3 text-sm break-words text-ink-2">{cause.text}</p>
      <ul className="divide-y divide-line rounded-control border border-line text-sm">
        {cause.jobs.slice(0, LISTED).map((job) => (
          <li className="px-3 py-1.5" key={job.id}>
            {jobVerbs[job.kind]} {nameOf(job.certificate_id)}
          </li>
        ))}
        {cause.jobs.length > LISTED ? (
          <li className="px-3 py-1.5 text-ink-3">and {number(cause.jobs.length - LISTED)} more</li>
        ) : null}
      </ul>
      <div className="mt-4">
        <WhyField help="It stands in the audit trail." onChange={setWhy} value={why} />
      </div>
    </Dialog>
  );
}

export function Causes({ query }: { query: Readonly<Record<string, string>> }) {
  const failed = useQuery(q('/jobs', { query: { ...query, limit: LIMIT } as never }));
  const [asking, setAsking] = useState<Cause | null>(null);
  const missing = may(useCaller(), 'jobs.operate');
  const causes = causesOf(failed.data?.items ?? []);
  if (causes.length === 0) return null;
  return (
    <section aria-label="By cause" className="shrink-0 border-b border-line bg-surface">
      <ul className="max-h-48 divide-y divide-line overflow-y-auto">
        {causes.slice(0, 8).map((cause) => (
          <li className="flex items-center gap-3 px-5 py-2" key={cause.jobs[0]?.id}>
            <StatusGlyph glyph="failing" size={14} tone="crit" />
            <span className="nums w-8 shrink-0 text-end font-medium">{number(cause.jobs.length)}</span>
            <span className="min-w-0 flex-1 truncate text-ink-2" title={cause.text}>
              {cause.text}
            </span>
            <Button disabledReason={missing} icon={<RotateCw size={13} />} onClick={() => setAsking(cause)} size="sm">
              Retry {cause.jobs.length === 1 ? 'it' : `all ${number(cause.jobs.length)}`}…
            </Button>
          </li>
        ))}
      </ul>
      {failed.data?.next_cursor ? (
        <p className="border-t border-line px-5 py-1.5 text-xs text-ink-3">Of the newest {LIMIT} failed jobs.</p>
      ) : null}
      {asking ? <RetryAll cause={asking} onClose={() => setAsking(null)} /> : null}
    </section>
  );
}
