// Why a step failed: who could not do what, what was seen, and the way on. The raw error is one click away.
// Not for: deciding what may be retried (can.ts). Invariant: the retry names the step that it begins with.
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, RotateCw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { q } from '@/api/client';
import { useRetry } from '@/components/jobs/use-retry';
import { StatusGlyph } from '@/components/status-glyph';
import { TimeUntil } from '@/components/times';
import { causeWords } from '@/lib/cause-words';
import { useKeys } from '@/lib/keyboard';
import type { Naming } from '@/lib/lineage';
import { type StepName, stepNames } from '@/lib/rail';
import { Button, ButtonLink } from '@/ui/button';
import { CodeBlock, CopyButton } from '@/ui/copy';

interface Props {
  step: StepName;
  cause: string;
  agent: string;
  issuer: string;
  target?: string;
  /** How this certificate's versions are called, where that is known. */
  naming?: Pick<Naming, 'byFingerprint'>;
  /** The job whose retry goes on from this step; null while it is tried again by itself. */
  retryJobId: string | null;
  nextAt?: string | null;
  /** More ways on. */
  fixes?: ReactNode;
  /** Not on the job's own page. */
  linkJob?: boolean;
}

export function CausePanel(props: Props) {
  const { step, cause, agent, issuer, target, naming, retryJobId, nextAt, fixes, linkJob = true } = props;
  const [raw, setRaw] = useState(false);
  const caller = useCaller();
  const job = useQuery({
    ...q('/jobs/{id}', { path: { id: retryJobId ?? '' } }),
    enabled: retryJobId !== null,
  }).data?.job;
  const retry = useRetry();
  const words = causeWords({ step, cause, agent, issuer, target, naming });
  // A job that is tried again by itself cannot be retried by hand.
  const missing =
    may(caller, 'jobs.operate') ?? (job === undefined || job.state === 'Failed' ? null : 'it is tried again by itself');
  // What is not served is deployed again: that is the job.
  const from = stepNames[step === 'verified_live' ? 'deployed' : step];
  useKeys(
    retryJobId === null || missing
      ? []
      : [
          {
            keys: 'R',
            label: `Retry from ${from}`,
            group: 'This page',
            run: () => retry.mutate(retryJobId),
          },
        ],
  );
  return (
    <section className="mx-4 mb-4 flex gap-3 rounded-control border border-crit-fill/60 bg-crit-soft px-3 py-3">
      <StatusGlyph className="mt-0.5" glyph="failing" tone="crit" />
      <div className="min-w-0 flex-1">
        <h3 className="font-semibold">{words.headline}</h3>
        {words.detail ? <p className="mt-0.5 break-words text-ink-2">{words.detail}</p> : null}
        <div className="mt-3 flex flex-wrap items-center gap-2">
          {retryJobId === null ? null : (
            <Button
              busy={retry.isPending}
              disabledReason={missing}
              icon={<RotateCw size={14} />}
              onClick={() => retry.mutate(retryJobId)}
              variant="primary"
            >
              Retry from {from}
            </Button>
          )}
          {fixes}
          {linkJob && retryJobId !== null ? <ButtonLink to={`/jobs/${retryJobId}`}>Steps of the job</ButtonLink> : null}
          {cause ? (
            <Button
              aria-expanded={raw}
              icon={<ChevronDown className={raw ? 'rotate-180' : ''} size={14} />}
              onClick={() => setRaw(!raw)}
              variant="ghost"
            >
              Raw error
            </Button>
          ) : null}
          {nextAt ? (
            <span className="text-ink-2">
              Tried again by itself <TimeUntil at={nextAt} />
            </span>
          ) : null}
          {job?.request_id ? (
            <span className="ms-auto flex items-center gap-1 text-xs text-ink-3">
              request <code>{job.request_id}</code>
              <CopyButton label="Copy request id" text={job.request_id} />
            </span>
          ) : null}
        </div>
        {raw ? (
          <div className="mt-3">
            <CodeBlock label="Raw error" text={cause} />
          </div>
        ) : null}
      </div>
    </section>
  );
}
