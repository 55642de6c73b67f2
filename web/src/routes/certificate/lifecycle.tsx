// The newest rounds of work on a certificate: one at a time on the rail, with its failures under it.
import { Link } from '@tanstack/react-router';
import { ChevronRight, PlugZap } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { useActorName } from '@/api/lookups';
import type { Certificate, Schemas } from '@/api/types';
import { AttemptPanel, Attempts } from '@/components/lifecycle/attempts';
import { CausePanel } from '@/components/lifecycle/cause-panel';
import { LifecycleRail } from '@/components/lifecycle/rail';
import { StatusGlyph } from '@/components/status-glyph';
import { TimeAgo, TimeUntil } from '@/components/times';
import { keyName } from '@/lib/key-names';
import type { Naming, Round } from '@/lib/lineage';
import {
  attemptsOf,
  type Failure,
  failuresOf,
  type Lane,
  nextTry,
  progresses,
  type RailStep,
  type Run,
} from '@/lib/rail';
import { took } from '@/lib/time';
import { count } from '@/lib/words';
import { Button, ButtonLink } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/menu';
import { Panel } from '@/ui/panel';
import type { Around } from './data';

const OrderOfJob = lazy(async () => ({ default: (await import('@/components/orders/order-of-job')).OrderOfJob }));
const BringCsr = lazy(async () => ({ default: (await import('./bring-csr')).BringCsr }));

const FAILURES = 3;
const ORDERS = 2;

function titleOf(run: Run, naming: Naming, rounds: readonly Round[]): string {
  const made = run.lanes.map((lane) => naming.byId(lane.version_id)).find((name) => name !== null);
  const last = rounds.at(-1)?.number;
  const next = made ?? (rounds.length === 0 ? 'v1' : last ? `v${last + 1}` : 'the next version');
  const done = run.state === 'done';
  if (run.kind === 'Deployment') return `Deployment of ${made ?? 'a version'}`;
  if (done) return `Lifecycle of ${next}`;
  return run.kind === 'Renewal' ? `Renewal to ${next}` : `Issuance of ${next}`;
}

/** Ways on that the API has, besides the retry. */
function Fixes({ failure, it }: { failure: Failure; it: Certificate }) {
  const caller = useCaller();
  if (failure.target)
    return (
      <ButtonLink icon={<PlugZap size={14} />} to={`/targets/${failure.target.target_id}`}>
        Test target
      </ButtonLink>
    );
  const byNetwork = failure.step.name === 'issued' && /\b(http-01|tls-alpn-01)\b/i.test(failure.cause);
  if (!byNetwork || may(caller, 'issuers.manage') !== null) return null;
  return <ButtonLink to={`/issuers/${it.issuer_id}/edit`}>Switch to DNS-01…</ButtonLink>;
}

export function Lifecycle({
  it,
  timeline,
  around,
  naming,
  rounds,
}: {
  it: Certificate;
  timeline: Schemas['Timeline'];
  around: Around;
  naming: Naming;
  rounds: readonly Round[];
}) {
  const { runs } = timeline;
  const [chosen, setChosen] = useState<string | null>(null);
  const [open, setOpen] = useState<boolean | null>(null);
  const [bring, setBring] = useState(false);
  const [tried, setTried] = useState<{ job: string; number: number } | null>(null);
  const actorName = useActorName();
  const run = runs.find((each) => each.id === chosen) ?? runs[0];
  if (run === undefined)
    return (
      <Panel title="Lifecycle">
        <p className="text-ink-3">
          Nothing was asked for yet. Renew now begins its first issuance, and each step appears here as it happens.
        </p>
      </Panel>
    );
  const failures = failuresOf(run);
  const failedLane = run.lanes.length > 1 && run.lanes.some((lane) => lane.state === 'failed');
  const expanded = run.lanes.length > 1 && (open ?? failedLane);
  const next = nextTry(run);
  const attempts = attemptsOf(run);
  const attempt =
    attempts.find((each) => each.job_id === tried?.job && each.number === tried.number) ?? attempts.at(-1);
  const isLast = attempt === attempts.at(-1);
  const issuer = around.nameOf(it.issuer_id);
  const holders = (names: readonly (string | null | undefined)[], what: string) =>
    names.length === 1 ? `on ${around.agentName(names[0])}` : what;
  const agentIds = run.lanes.map((lane) => lane.agent_id);
  const detail = (step: RailStep): string => {
    const through = step.of > 1 ? `${step.done} of ${step.of}` : '';
    switch (step.name) {
      case 'requested':
        return run.requested_by?.kind === 'system' ? 'by its policy' : `by ${actorName(run.requested_by)}`;
      case 'approved':
        return step.state === 'done' ? 'by an approver' : 'needs a person';
      case 'key_generated':
        return holders(agentIds, `${through} agents`);
      case 'csr_received':
        return agentIds[0]
          ? agentIds.length === 1
            ? `from ${around.agentName(agentIds[0])}`
            : `${through} agents`
          : it.key_strategy === 'server'
            ? 'key on the server'
            : 'from outside';
      case 'issued':
        return issuer;
      case 'deployed':
        return step.state === 'not_reached'
          ? count(it.target_ids.length, 'target')
          : `${step.done} of ${count(step.of, 'target')}`;
      case 'verified_live':
        return step.state === 'not_reached' ? 'after deployment' : `${step.done} of ${count(step.of, 'target')}`;
      default:
        return '';
    }
  };
  const length = run.ended_at ? Date.parse(run.ended_at) - Date.parse(run.started_at) : null;
  const waitsForCsr =
    it.key_strategy === 'external' &&
    run.lanes.some((lane) =>
      lane.steps.some((step) => step.name === 'csr_received' && (step.state === 'waiting' || step.state === 'running')),
    );
  const waitsForApproval = run.lanes.find((lane) =>
    lane.steps.some((step) => step.name === 'approved' && (step.state === 'waiting' || step.state === 'running')),
  );
  const atAuthority = run.lanes
    .filter((lane) =>
      lane.steps.some((step) => step.name === 'issued' && (step.state === 'running' || step.state === 'waiting')),
    )
    .slice(0, ORDERS);
  const laneNote = (lane: Lane) =>
    [
      keyName(it.key_algorithm),
      lane.attempts > 1 ? `try ${lane.attempts} of ${lane.max_attempts}` : '',
      naming.byId(lane.version_id) ?? '',
    ]
      .filter(Boolean)
      .join(' · ');
  return (
    <Panel
      actions={
        <>
          {attempts.length > 0 ? (
            <Attempts
              attempts={attempts}
              chosen={attempt}
              onChoose={({ job_id, number }) => setTried({ job: job_id, number })}
            />
          ) : null}
          {next ? (
            <span className="nums text-xs whitespace-nowrap text-ink-3">
              next <TimeUntil at={next} />
            </span>
          ) : null}
          {run.lanes.length > 1 ? (
            <Button aria-expanded={expanded} onClick={() => setOpen(!expanded)} size="sm" variant="ghost">
              {expanded ? 'Join' : 'Show'} {count(run.lanes.length, 'key holder')}
            </Button>
          ) : null}
          {runs.length > 1 ? (
            <Menu
              align="end"
              className="max-h-80 overflow-y-auto"
              trigger={
                <Button size="sm" variant="ghost">
                  Earlier
                </Button>
              }
            >
              {runs.map((each) => (
                <MenuItem
                  icon={
                    <StatusGlyph glyph={progresses[each.state].glyph} size={14} tone={progresses[each.state].tone} />
                  }
                  key={each.id}
                  onSelect={() => setChosen(each.id)}
                >
                  {titleOf(each, naming, rounds)}
                  <span className="ms-2 text-xs text-ink-3">
                    <TimeAgo at={each.started_at} />
                  </span>
                </MenuItem>
              ))}
            </Menu>
          ) : null}
          <Link
            className="flex items-center gap-0.5 rounded-chip ps-2 text-xs text-accent-ink hover:underline"
            to={`/jobs/${run.id}`}
          >
            View job <ChevronRight aria-hidden="true" size={12} />
          </Link>
        </>
      }
      flush
      note={
        <>
          {length === null ? (
            <>
              started <TimeAgo at={run.started_at} />
            </>
          ) : (
            <>
              {took(length)} from request to {run.state === 'failed' ? 'failure' : 'end'}, <TimeAgo at={run.ended_at} />
            </>
          )}
        </>
      }
      title={titleOf(run, naming, rounds)}
    >
      <LifecycleRail
        detail={detail}
        expanded={expanded}
        laneName={(lane) => (lane.agent_id ? around.agentName(lane.agent_id) : 'key outside')}
        laneNote={laneNote}
        run={run}
      />
      {atAuthority.map((lane) => (
        <Suspense fallback={null} key={lane.job_id}>
          <OrderOfJob
            jobId={lane.job_id}
            label={`Order at ${issuer}${lane.agent_id && run.lanes.length > 1 ? ` for ${around.agentName(lane.agent_id)}` : ''}`}
          />
        </Suspense>
      ))}
      {waitsForApproval ? (
        <div className="mx-4 mb-4 flex items-center gap-3 rounded-control bg-fill px-3 py-2.5">
          <StatusGlyph glyph="waiting" tone="neutral" />
          <span className="flex-1 text-ink-2">Somebody has to approve it before it is signed.</span>
          <ButtonLink size="sm" to={`/approvals/${waitsForApproval.job_id}`}>
            Review request
          </ButtonLink>
        </div>
      ) : null}
      {waitsForCsr ? (
        <div className="mx-4 mb-4 flex items-center gap-3 rounded-control bg-fill px-3 py-2.5">
          <StatusGlyph glyph="waiting" tone="neutral" />
          <span className="flex-1 text-ink-2">
            Its key is kept outside of certctl: it waits for a CSR made with it.
          </span>
          <Button onClick={() => setBring(true)} size="sm">
            Bring CSR…
          </Button>
        </div>
      ) : null}
      {attempt && !isLast ? (
        <AttemptPanel
          attempt={attempt}
          naming={naming}
          where={attempt.target_id ? around.targetName(attempt.target_id) : ''}
        />
      ) : null}
      {failures.slice(0, FAILURES).map((failure) => (
        <CausePanel
          agent={around.agentName(failure.lane.agent_id)}
          cause={failure.cause}
          fixes={<Fixes failure={failure} it={it} />}
          issuer={issuer}
          key={`${failure.lane.job_id} ${failure.step.name} ${failure.target?.target_id ?? ''}`}
          naming={naming}
          nextAt={failure.target?.next_attempt_at ?? failure.lane.next_attempt_at}
          retryJobId={failure.retryJobId}
          step={failure.step.name}
          target={failure.target ? around.targetName(failure.target.target_id) : undefined}
        />
      ))}
      {failures.length > FAILURES ? (
        <p className="px-4 pb-4 text-xs text-ink-3">
          and {count(failures.length - FAILURES, 'failure')} more, on the tab Deployments
        </p>
      ) : null}
      {bring ? (
        <Suspense fallback={null}>
          <BringCsr it={it} onClose={() => setBring(false)} />
        </Suspense>
      ) : null}
    </Panel>
  );
}
