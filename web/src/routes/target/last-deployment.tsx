// The newest deployment to a target as its steps: each with what was seen and how long it took. It moves while it runs.
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';
import type { Job, Schemas } from '@/api/types';
import { CheckList } from '@/components/check-list';
import { ErrorState } from '@/components/error-state';
import { StatusText } from '@/components/status-text';
import { TimeAgo, TimeUntil } from '@/components/times';
import type { CheckItem } from '@/lib/checks';
import { took } from '@/lib/time';
import { jobStates } from '@/lib/tokens';
import { shortPrints } from '@/lib/words';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';

const names: Record<string, string> = {
  check: 'Key and chain fit',
  backup: 'Files before are kept aside',
  stage: 'New files are written beside the live ones',
  validate: 'The configuration is tested with them',
  swap: 'The new files take the place',
  reload: 'The service reads them',
  probe: 'The endpoint serves the new certificate',
  commit: 'What was kept aside is put away',
  rollback: 'The old files are put back',
};

export function stepsAsChecks(
  steps: readonly Schemas['JobStep'][],
  job: Pick<Job, 'state' | 'attempts'>,
  probes: number,
): CheckItem[] {
  const newest = Math.max(1, ...steps.map((step) => step.attempt));
  const checks: CheckItem[] = steps
    // A step that is told file by file is one step: its last word counts.
    .filter((step, index) => step.attempt === newest && steps[index + 1]?.name !== step.name)
    .map((step, index) => {
      const unproven = step.name === 'probe' && step.outcome === 'ok' && probes === 0;
      return {
        key: `${index} ${step.name}`,
        title: unproven ? 'No endpoint was looked at' : (names[step.name] ?? step.name.replaceAll('_', ' ')),
        state: unproven ? 'warning' : step.outcome === 'ok' ? 'passed' : 'failed',
        detail: [step.milliseconds ? took(step.milliseconds) : '', shortPrints(step.detail)]
          .filter(Boolean)
          .join(' · '),
      };
    });
  if (job.state === 'Running') checks.push({ key: 'now', title: 'The agent works on it', state: 'running' });
  if (job.state === 'Pending' && checks.length === 0)
    checks.push({ key: 'wait', title: 'It waits for its agent', state: 'waiting' });
  return checks;
}

export function LastDeployment({ id, probes }: { id: string; probes: number }) {
  const jobs = useQuery(q('/jobs', { query: { target_id: id, kind: 'Deployment', limit: 1 } }));
  const job = jobs.data?.items[0];
  const detail = useQuery({ ...q('/jobs/{id}', { path: { id: job?.id ?? '' } }), enabled: job !== undefined });
  return (
    <Panel
      actions={job ? <StatusText status={jobStates[job.state]} times={job.attempts > 1 ? job.attempts : 0} /> : null}
      note={job ? <TimeAgo at={job.finished_at ?? job.created_at} /> : undefined}
      title="Last deployment"
    >
      {jobs.isError && !jobs.data ? (
        <ErrorState error={jobs.error} onRetry={() => void jobs.refetch()} what="The last deployment" />
      ) : jobs.data === undefined ? (
        <SkeletonRows rows={4} />
      ) : job === undefined ? (
        <p className="text-ink-3">
          Nothing was deployed here yet. The first deployment is the proof that all of it works.
        </p>
      ) : (
        <>
          {job.error && job.state !== 'Completed' ? (
            <div className="mb-4 rounded-control bg-crit-soft px-3 py-2">
              <p className="break-words">{shortPrints(job.error)}</p>
              {job.state === 'Pending' ? (
                <p className="mt-1 text-xs text-ink-2">
                  Tried {job.attempts} of {job.max_attempts} times; the next try is <TimeUntil at={job.run_after} />.
                </p>
              ) : null}
            </div>
          ) : null}
          {detail.data ? (
            <div aria-live="polite">
              <CheckList checks={stepsAsChecks(detail.data.steps, job, probes)} label="Steps of the deployment" />
            </div>
          ) : (
            <SkeletonRows rows={4} />
          )}
        </>
      )}
    </Panel>
  );
}
