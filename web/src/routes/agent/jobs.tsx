// The work of an agent: the newest of the jobs that it makes the key for or deploys, all, the open ones, or those that failed.
// Not for: the whole list (Jobs, filtered by the agent).
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useNames } from '@/api/caller';
import { q } from '@/api/client';
import type { Job } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import { StatusText } from '@/components/status-text';
import { TimeAgo } from '@/components/times';
import { plainCause } from '@/lib/cause-words';
import { heldWords, jobTitle, reasonWords } from '@/lib/job-words';
import type { Search } from '@/lib/search';
import { jobStates } from '@/lib/tokens';
import { number } from '@/lib/words';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { Segmented } from '@/ui/segmented';
import { SkeletonRows } from '@/ui/skeleton';
import { Table } from '@/ui/table';

const SHOWN = 10;

const views = {
  all: { label: 'All', state: undefined, none: 'It had no work yet.' },
  open: { label: 'Open', state: 'Pending,AwaitingApproval,AwaitingCSR,Running', none: 'None of its jobs is open.' },
  failed: { label: 'Failed', state: 'Failed', none: 'None of its jobs has failed.' },
} as const;
type View = keyof typeof views;

export function AgentJobs({ id }: { id: string }) {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const nameOf = useNames();
  const chosen: View = search.jobs === 'open' || search.jobs === 'failed' ? search.jobs : 'all';
  const { state, none } = views[chosen];
  const jobs = useQuery({
    ...q('/agents/{id}/jobs', { path: { id }, query: { limit: SHOWN, total: true, ...(state ? { state } : {}) } }),
    placeholderData: keepPreviousData,
  });
  const total = jobs.data?.total ?? 0;
  const { jobs: _, ...rest } = search;
  const why = (row: Job) =>
    row.held_because
      ? `Held: ${heldWords(row.held_because, nameOf)}`
      : row.error
        ? plainCause(row.error)
        : reasonWords(row.reason);
  return (
    <Panel
      actions={
        <>
          <Segmented
            label="Which jobs"
            onChange={(view) =>
              void navigate({
                to: '.',
                search: (view === 'all' ? rest : { ...rest, jobs: view }) as never,
                replace: true,
              })
            }
            options={Object.entries(views).map(([value, { label }]) => ({ value: value as View, label }))}
            value={chosen}
          />
          {total > 0 ? (
            <TextLink className="ms-2 text-xs" search={{ agent: id, ...(state ? { state } : {}) } as never} to="/jobs">
              All {number(total)}
            </TextLink>
          ) : null}
        </>
      }
      flush
      note="the newest"
      title="Jobs"
    >
      {jobs.isError && !jobs.data ? (
        <ErrorState error={jobs.error} onRetry={() => void jobs.refetch()} what="The list of jobs" />
      ) : jobs.data === undefined ? (
        <SkeletonRows rows={4} />
      ) : jobs.data.items.length === 0 ? (
        <p className="px-4 py-5 text-ink-3">{none}</p>
      ) : (
        <Table
          columns={[
            {
              key: 'what',
              label: 'What',
              cell: (row) => (
                <TextLink className="font-medium text-ink" to={`/jobs/${row.id}`}>
                  {jobTitle(row)}
                </TextLink>
              ),
            },
            {
              key: 'state',
              label: 'Status',
              width: '10rem',
              cell: (row) => <StatusText status={jobStates[row.state]} />,
            },
            {
              key: 'why',
              label: 'Why, or what went wrong',
              cell: (row) => (
                <span className="text-ink-3" title={row.error ?? row.reason}>
                  {why(row)}
                </span>
              ),
            },
            {
              key: 'when',
              label: 'Started',
              width: '7rem',
              cell: (row) => <TimeAgo at={row.created_at} className="text-ink-3" />,
            },
          ]}
          keyOf={(row) => row.id}
          label="Newest jobs"
          rows={jobs.data.items}
        />
      )}
    </Panel>
  );
}
