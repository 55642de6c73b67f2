// What certctl is doing by itself: running jobs, renewals ahead, what has just finished.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { q } from '@/api/client';
import type { Job, Schemas } from '@/api/types';
import { StatusGlyph } from '@/components/status-glyph';
import { StepBar, type StepState } from '@/components/step-bar';
import { Since, TimeAgo } from '@/components/times';
import { rowsLink } from '@/lib/certificate-grammar';
import { ownZone } from '@/lib/time';
import { jobVerbs } from '@/lib/tokens';
import { count, number } from '@/lib/words';
import { Chip } from '@/ui/chip';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';
import { Budgets } from './budgets';
import { HourBars } from './hour-bars';

const AHEAD = 24;
/** Rows that are kept free for what runs, so that nothing moves as jobs begin and end. */
const SHOWN = 2;

/** Where a job of a kind is: the part of the whole way that it is responsible for. */
const reached: Record<Job['kind'], { at: number; words: string }> = {
  Issuance: { at: 2, words: 'being issued' },
  Renewal: { at: 2, words: 'being issued' },
  Deployment: { at: 3, words: 'being deployed' },
  Validation: { at: 4, words: 'being verified' },
};

const nameOf = (job: Job) => job.certificate_name ?? job.certificate_id;
const targetOf = (job: Job) => job.target_name ?? job.target_id ?? '';

function Running({ job }: { job: Job }) {
  const { at, words } = reached[job.kind];
  const steps: StepState[] = [0, 1, 2, 3, 4].map((step) => (step < at ? 'done' : step === at ? 'now' : 'ahead'));
  return (
    <li className="flex gap-2.5 px-4 py-2.5 not-first:border-t not-first:border-line">
      <StatusGlyph className="mt-0.5" glyph="renewing" size={14} tone="info" />
      <div className="min-w-0 flex-1">
        <p className="flex items-center justify-between gap-2">
          <Link className="truncate rounded-chip font-medium hover:underline" to={`/jobs/${job.id}`}>
            {nameOf(job)}
          </Link>
          <Chip>{jobVerbs[job.kind]}</Chip>
        </p>
        <p className="flex items-center gap-2 text-xs text-ink-3">
          <StepBar label={`step ${at + 1} of 5`} steps={steps} />
          <span className="min-w-0 flex-1 truncate">
            {words}
            {job.target_id ? ` to ${targetOf(job)}` : job.agent_name ? ` for ${job.agent_name}` : ''}
          </span>
          <Since at={job.created_at} />
        </p>
      </div>
    </li>
  );
}

/** How many there are in all of these hours, as a link to them. */
function Planned({ hours }: { hours: readonly Schemas['ExpiryDay'][] }) {
  const planned = hours.reduce((sum, hour) => sum + hour.count, 0);
  const [from, to] = [hours[0]?.rows.query as Range, hours.at(-1)?.rows.query as Range];
  const words = `${count(planned, 'renewal')} planned`;
  if (planned === 0 || from === undefined || to === undefined) return <span className="nums text-ink-3">{words}</span>;
  const renews = `${from.renews.split('..')[0]}..${to.renews.split('..')[1]}`;
  return (
    <Link
      {...rowsLink({ path: '/certificates', query: { ...from, renews } })}
      className="nums rounded-chip text-ink-3 hover:text-ink hover:underline"
    >
      {words}
    </Link>
  );
}

type Range = { renews: string } | undefined;

export function InFlight() {
  const running = useQuery(q('/jobs', { query: { state: 'Running', limit: SHOWN, total: true } }));
  const queued = useQuery({
    ...q('/jobs', { query: { state: 'Pending', limit: 1, total: true } }),
    select: (page) => page.total ?? 0,
  });
  const finished = useQuery(q('/jobs', { query: { state: 'Completed', limit: 3 } }));
  const ahead = useQuery(q('/stats/expiry', { query: { mode: 'renewal', hours: AHEAD, tz: ownZone() } }));
  const note = running.data
    ? `${count(running.data.total ?? 0, 'job')}, ${number(queued.data ?? 0)} queued`
    : undefined;
  return (
    <Panel
      actions={
        <Link className="flex items-center gap-0.5 rounded-chip text-xs text-accent-ink hover:underline" to="/jobs">
          All jobs <ChevronRight aria-hidden="true" size={12} />
        </Link>
      }
      flush
      note={note}
      title="In flight"
    >
      <ul className="h-31 overflow-hidden border-b border-line">
        {running.isPending ? (
          <li>
            <SkeletonRows className="h-15" rows={SHOWN} />
          </li>
        ) : null}
        {running.data?.items.length === 0 ? <li className="px-4 py-3 text-ink-3">Nothing runs right now.</li> : null}
        {running.data?.items.map((job) => (
          <Running job={job} key={job.id} />
        ))}
      </ul>
      <div className="border-b border-line px-4 py-3">
        <p className="flex justify-between gap-2 text-xs">
          <span className="text-ink-2">Next {AHEAD} hours</span>
          {ahead.data ? <Planned hours={ahead.data.days} /> : null}
        </p>
        {ahead.data ? <HourBars hours={ahead.data.days} /> : <div className="h-21" />}
        <Budgets />
      </div>
      <div className="px-4 py-3">
        <p className="mb-1 text-xs text-ink-2">Just finished</p>
        <ul className="min-h-21">
          {finished.data?.items.map((job) => (
            <li className="flex h-7 items-center gap-2" key={job.id}>
              <StatusGlyph glyph="healthy" size={14} tone="ok" />
              <Link className="truncate rounded-chip hover:underline" to={`/jobs/${job.id}`}>
                {nameOf(job)}
              </Link>
              <span className="truncate text-xs text-ink-3">
                {job.kind === 'Deployment'
                  ? `verified on ${targetOf(job)}`
                  : job.kind === 'Validation'
                    ? 'seen live'
                    : job.kind === 'Renewal'
                      ? 'renewed'
                      : 'issued'}
              </span>
              <TimeAgo at={job.finished_at} className="ms-auto text-xs text-ink-3" />
            </li>
          ))}
          {finished.data?.items.length === 0 ? <li className="text-ink-3">Nothing yet.</li> : null}
        </ul>
      </div>
    </Panel>
  );
}
