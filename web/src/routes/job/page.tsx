// One job: what it does and why, the round it belongs to, its log by attempt, and what may be done about it.
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useRouter } from '@tanstack/react-router';
import { Ban, Pause, RotateCw } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useCaller, useNames } from '@/api/caller';
import { job as can } from '@/api/can';
import { q } from '@/api/client';
import { ApiError } from '@/api/error';
import { useActorName, useAgents, useCertificateNames, useTargets } from '@/api/lookups';
import type { Job, Schemas } from '@/api/types';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { CancelDialog } from '@/components/jobs/cancel-dialog';
import { useRetry } from '@/components/jobs/use-retry';
import { CausePanel } from '@/components/lifecycle/cause-panel';
import { LifecycleRail } from '@/components/lifecycle/rail';
import { StatusText } from '@/components/status-text';
import { Since, TimeAgo, Timestamp, TimeUntil } from '@/components/times';
import { sentence } from '@/lib/cause-words';
import { useNow } from '@/lib/clock';
import { heldWords, jobNote, jobNouns, jobTook, reasonWords } from '@/lib/job-words';
import { useKeys } from '@/lib/keyboard';
import { type RailStep, type Run, type StepName, stepNames, stepOf } from '@/lib/rail';
import { jobStates, jobVerbs } from '@/lib/tokens';
import { count } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { CopyButton, CopyId } from '@/ui/copy';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';
import { SkeletonRows } from '@/ui/skeleton';

import { JobAudit } from './audit';
import { Inputs } from './inputs';
import { Log } from './log';

const OrderProgress = lazy(async () => ({
  default: (await import('@/components/orders/order-progress')).OrderProgress,
}));

const LOOK_MS = 10_000;

/** The step of the rail at which a job of a kind fails, when nothing more is known. */
const failsAt: Record<Job['kind'], StepName> = {
  Issuance: 'issued',
  Renewal: 'issued',
  Deployment: 'deployed',
  Validation: 'verified_live',
};

const has = (run: Run, id: string) =>
  run.id === id ||
  run.lanes.some(
    (lane) => lane.job_id === id || lane.steps.some((step) => step.targets.some((target) => target.job_id === id)),
  );

function Shown({ detail }: { detail: Schemas['JobDetail'] }) {
  const { job: it, steps, approvals, order } = detail;
  const caller = useCaller();
  const router = useRouter();
  const nameOf = useNames();
  const actorName = useActorName();
  const now = useNow(1000);
  const retry = useRetry();
  const [cancelling, setCancelling] = useState(false);
  const certificateName = useCertificateNames([it.certificate_id])(it.certificate_id);
  const certificate = useQuery(q('/certificates/{id}', { path: { id: it.certificate_id } })).data;
  const timeline = useQuery(
    q('/certificates/{id}/timeline', { path: { id: it.certificate_id }, query: { limit: 50 } }),
  ).data;
  const run = timeline?.runs.find((each) => has(each, it.id));
  const targets = useTargets([it.target_id]);
  const agents = useAgents([it.agent_id, ...(run?.lanes.map((lane) => lane.agent_id) ?? [])]);
  const agentName = (id: string | null | undefined) => (id ? (agents.get(id)?.name ?? id) : '');
  const target = it.target_id ? (targets.get(it.target_id)?.name ?? it.target_id) : undefined;
  const issuer = certificate ? nameOf(certificate.issuer_id) : '';
  const title = `${jobVerbs[it.kind]} ${certificateName}${target ? ` to ${target}` : ''}`;
  const mayRetry = can.retry(caller, it);
  const mayCancel = can.cancel(caller, it);
  const ended = it.finished_at != null;
  const failedStep =
    run?.lanes
      .filter(
        (lane) =>
          lane.job_id === it.id || lane.steps.some((step) => step.targets.some((each) => each.job_id === it.id)),
      )
      .flatMap((lane) => lane.steps)
      .find((step) => step.state === 'failed')?.name ?? failsAt[it.kind];
  const note = it.held_because ? '' : jobNote(it, now);
  const step = ended ? null : stepOf(run, it.id);
  const where =
    step === null
      ? ''
      : step.name === 'issued'
        ? issuer
        : step.name === 'deployed' || step.name === 'verified_live'
          ? (target ?? '')
          : agentName(it.agent_id);
  useKeys([
    ...(mayRetry === null && it.error == null
      ? [{ keys: 'R', label: 'Retry', group: 'This page', run: () => retry.mutate(it.id) }]
      : []),
    ...(mayCancel === null
      ? [{ keys: 'X', label: 'Cancel…', group: 'This page', run: () => setCancelling(true) }]
      : []),
  ]);
  const railDetail = (step: RailStep) => {
    const words = step.of > 1 ? `${step.done} of ${step.of}` : '';
    if (step.name === 'requested')
      return run?.requested_by?.kind === 'system' ? 'by its policy' : `by ${actorName(run?.requested_by)}`;
    if (step.name === 'issued') return issuer;
    if (step.name === 'csr_received') return words ? `${words} holders` : agentName(run?.lanes[0]?.agent_id);
    if (step.name === 'deployed' || step.name === 'verified_live') return `${step.done} of ${count(step.of, 'target')}`;
    return '';
  };
  return (
    <>
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold break-words">{title}</h1>
          <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-2">
            <StatusText status={jobStates[it.state]} />
            {note ? <span className="nums text-ink-3">{note}</span> : null}
            {step ? (
              <span>
                in step <span className="nums">{`${step.place} of ${step.of}`}</span>:{' '}
                {stepNames[step.name].charAt(0).toLowerCase() + stepNames[step.name].slice(1)}
                {where ? `, ${step.name === 'issued' ? 'by' : 'on'} ${where}` : ''}
              </span>
            ) : null}
            <span className="text-ink-3">·</span>
            <TextLink to={`/certificates/${it.certificate_id}`}>{certificateName}</TextLink>
            <span className="text-ink-3">·</span>
            <span className="nums">
              {ended ? (
                `took ${jobTook(it, now)}`
              ) : (
                <>
                  for <Since at={it.created_at} />
                </>
              )}
            </span>
            <CopyId id={it.id} label="Copy id" />
          </p>
        </div>
        <div className="ms-auto flex items-center gap-2" data-print="no">
          {it.state === 'AwaitingApproval' ? (
            <ButtonLink to={`/approvals/${it.id}`} variant="primary">
              Review request
            </ButtonLink>
          ) : null}
          {it.error && it.state === 'Failed' ? null : (
            <Button
              busy={retry.isPending}
              disabledReason={mayRetry}
              icon={<RotateCw size={14} />}
              onClick={() => retry.mutate(it.id)}
            >
              Retry
            </Button>
          )}
          <Button disabledReason={mayCancel} icon={<Ban size={14} />} onClick={() => setCancelling(true)}>
            Cancel…
          </Button>
        </div>
      </header>
      {it.held_because ? (
        <Banner
          actions={
            certificate ? (
              <TextLink className="text-xs" to={`/issuers/${certificate.issuer_id}`}>
                Open {issuer}
              </TextLink>
            ) : null
          }
          className="rounded-control"
          icon={<Pause aria-hidden="true" className="text-warn" size={16} />}
          tone="warn"
        >
          It waits, and goes on by itself: {sentence(heldWords(it.held_because, nameOf))}
        </Banner>
      ) : null}
      {run ? (
        <Panel
          flush
          note={
            <>
              the round that this job is part of, started <TimeAgo at={run.started_at} />
            </>
          }
          title={`${jobNouns[run.kind]} of ${certificateName}`}
        >
          <LifecycleRail
            detail={railDetail}
            expanded={run.lanes.length > 1}
            laneName={(lane) => agentName(lane.agent_id) || 'key outside'}
            laneNote={(lane) => (lane.attempts > 1 ? `try ${lane.attempts} of ${lane.max_attempts}` : '')}
            run={run}
          />
          {it.error && it.state !== 'Completed' && it.state !== 'Cancelled' ? (
            <CausePanel
              agent={agentName(it.agent_id)}
              cause={it.error}
              issuer={issuer}
              linkJob={false}
              nextAt={it.state === 'Pending' ? it.run_after : null}
              retryJobId={it.state === 'Failed' ? it.id : null}
              step={failedStep}
              target={target}
            />
          ) : null}
        </Panel>
      ) : it.error && it.state !== 'Completed' ? (
        <Panel flush title="What failed">
          <div className="pt-4">
            <CausePanel
              agent={agentName(it.agent_id)}
              cause={it.error}
              issuer={issuer}
              linkJob={false}
              nextAt={it.state === 'Pending' ? it.run_after : null}
              retryJobId={it.state === 'Failed' ? it.id : null}
              step={failedStep}
              target={target}
            />
          </div>
        </Panel>
      ) : null}
      {order ? (
        <Panel
          flush
          note={
            <>
              ordered <TimeAgo at={order.began_at} />, moved <TimeAgo at={order.updated_at} />
            </>
          }
          title={`At ${nameOf(order.issuer_id)}`}
        >
          <Suspense fallback={<SkeletonRows rows={2} />}>
            <OrderProgress nameOf={nameOf} order={order} />
          </Suspense>
        </Panel>
      ) : null}
      <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,20.5rem)] items-start gap-4 tablet:grid-cols-1">
        <Log id={it.id} running={it.state === 'Running'} steps={steps} />
        <div className="flex min-w-0 flex-col gap-4">
          <Panel flush title="Facts">
            <PropertyList
              items={[
                ['Why', reasonWords(it.reason)],
                [
                  'Asked by',
                  it.requested_by.kind === 'system' ? `certctl (${it.requested_by.id})` : actorName(it.requested_by),
                ],
                [
                  'Certificate',
                  <TextLink key="c" to={`/certificates/${it.certificate_id}`}>
                    {certificateName}
                  </TextLink>,
                ],
                target
                  ? [
                      'Target',
                      '/targets/$id' in router.routesByPath ? (
                        <TextLink key="t" to={`/targets/${it.target_id}`}>
                          {target}
                        </TextLink>
                      ) : (
                        target
                      ),
                    ]
                  : null,
                it.agent_id
                  ? [
                      'Agent',
                      <TextLink key="a" to={`/agents/${it.agent_id}`}>
                        {agentName(it.agent_id)}
                      </TextLink>,
                    ]
                  : null,
                ['Attempts', `${it.attempts} of ${it.max_attempts}`],
                ['Started', <Timestamp at={it.created_at} key="s" />],
                it.finished_at ? ['Ended', <Timestamp at={it.finished_at} key="e" />] : null,
                it.state === 'Pending' && !it.held_because ? ['Begins', <TimeUntil at={it.run_after} key="b" />] : null,
                it.deadline && !ended ? ['Deadline', <TimeUntil at={it.deadline} key="d" />] : null,
                it.approval_because ? ['Approval', it.approval_because] : null,
                it.request_id
                  ? [
                      'Request',
                      <span className="flex items-center gap-1" key="r">
                        <code className="truncate">{it.request_id}</code>
                        <CopyButton label="Copy request id" text={it.request_id} />
                      </span>,
                    ]
                  : null,
              ]}
            />
          </Panel>
          {certificate ? <Inputs certificate={certificate} it={it} nameOf={nameOf} /> : null}
          {approvals && approvals.length > 0 ? (
            <Panel flush title="Decisions">
              <ul className="divide-y divide-line">
                {approvals.map((each) => (
                  <li className="px-4 py-2.5" key={each.id}>
                    <p className="flex justify-between gap-2">
                      <span>
                        {actorName(each.decided_by)} {each.decision}
                      </span>
                      <TimeAgo at={each.at} className="text-xs text-ink-3" />
                    </p>
                    {each.reason ? <p className="text-xs break-words text-ink-2">{each.reason}</p> : null}
                  </li>
                ))}
              </ul>
            </Panel>
          ) : null}
          <JobAudit id={it.id} />
          <p className="px-1 text-xs text-ink-3">
            <Link
              className="rounded-chip text-accent-ink hover:underline"
              search={{ certificate: it.certificate_id } as never}
              to="/jobs"
            >
              All jobs of {certificateName}
            </Link>
          </p>
        </div>
      </div>
      {cancelling ? <CancelDialog it={it} onClose={() => setCancelling(false)} title={title} /> : null}
    </>
  );
}

export function JobPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const job = useQuery({
    ...q('/jobs/{id}', { path: { id } }),
    // No event tells how a proof is doing.
    refetchInterval: ({ state }) => (state.data?.order && !state.data.order.ended_at ? LOOK_MS : false),
  });
  return (
    <div className="mx-auto flex w-full max-w-340 flex-col gap-4 p-6 tablet:p-4">
      <PageHeader
        crumbs={[{ label: 'Jobs', to: '/jobs' }]}
        plain={job.data !== undefined}
        title={job.data ? jobNouns[job.data.job.kind] : 'Job'}
      />
      {job.isPending ? <SkeletonRows className="h-16" rows={6} /> : null}
      {job.isError && !job.data ? (
        ApiError.of(job.error).status === 404 ? (
          <EmptyState actions={<ButtonLink to="/jobs">All jobs</ButtonLink>} title="No such job">
            There is none with the id {id}: it was cleared away after its time, or it is outside what you may see.
          </EmptyState>
        ) : (
          <ErrorState
            error={job.error}
            onRetry={() => void job.refetch()}
            stillWorks="The job goes on; only this page is affected."
            what="This job"
          />
        )
      ) : null}
      {job.data ? <Shown detail={job.data} /> : null}
    </div>
  );
}
