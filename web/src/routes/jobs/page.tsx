// The jobs: what certctl does and did, the newest first; views by state, filters in the URL. One opens its page.
import { useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Ban, Download, ListChecks, ListFilter, RotateCw, ScrollText } from 'lucide-react';
import { useState } from 'react';
import { issuersQuery, useCaller, useNames } from '@/api/caller';
import { job as can } from '@/api/can';
import { BASE, q } from '@/api/client';
import type { Job } from '@/api/types';
import type { Column } from '@/components/data-grid/data-grid';
import { begins, listed } from '@/components/data-grid/listed';
import { PagedGrid } from '@/components/data-grid/paged-grid';
import { useColumns } from '@/components/data-grid/use-columns';
import { EmptyState } from '@/components/empty-state';
import { ChoiceFilter } from '@/components/filters/choice-filter';
import { queryOf, useFilters } from '@/components/filters/use-filters';
import { CancelDialog } from '@/components/jobs/cancel-dialog';
import { useRetry } from '@/components/jobs/use-retry';
import type { RowAction } from '@/components/row-menu';
import { StatusText } from '@/components/status-text';
import { TimeAgo } from '@/components/times';
import { plainCause } from '@/lib/cause-words';
import { useTicking } from '@/lib/clock';
import { heldWords, jobNote, jobTitle, jobTook, reasonWords } from '@/lib/job-words';
import { useKeys } from '@/lib/keyboard';
import type { Grammar } from '@/lib/list-grammar';
import { inScope } from '@/lib/scope';
import { jobStates, jobVerbs } from '@/lib/tokens';
import { number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink, IconButton } from '@/ui/button';
import { Chip } from '@/ui/chip';
import { Menu, MenuItem } from '@/ui/menu';
import { RowLink } from '@/ui/row-link';
import { Tabs } from '@/ui/tabs';
import { Causes } from './causes';
import { Planned, plannedQuery } from './planned';

const fields: Grammar['fields'] = {
  state: { label: 'State', kind: 'set', tokens: Object.keys(jobStates) },
  kind: { label: 'Kind', kind: 'set', tokens: Object.keys(jobVerbs) },
  certificate: { label: 'Certificate', kind: 'text', api: 'certificate_id' },
  agent: { label: 'Agent', kind: 'text', api: 'agent_id' },
  target: { label: 'Target', kind: 'text', api: 'target_id' },
  issuer: { label: 'Issuer', kind: 'text', api: 'issuer_id' },
  created: { label: 'Started', kind: 'range' },
  finished: { label: 'Ended', kind: 'range' },
  tries: { label: 'Tries', kind: 'text', api: 'min_attempts' },
};

const views = [
  { key: 'all', label: 'All', state: undefined },
  { key: 'running', label: 'Running', state: 'Running' },
  { key: 'failed', label: 'Failed', state: 'Failed' },
  { key: 'waiting', label: 'Waiting', state: 'AwaitingApproval,AwaitingCSR' },
  { key: 'queued', label: 'Queued', state: 'Pending' },
] as const;

const starts = [
  { value: '-1h..', label: 'In the last hour' },
  { value: '-24h..', label: 'In the last 24 hours' },
  { value: '-7d..', label: 'In the last 7 days' },
  { value: '-30d..', label: 'In the last 30 days' },
];

const tries = [
  { value: '2', label: 'More than one' },
  { value: '4', label: 'More than three' },
];

function What({ it }: { it: Job }) {
  return (
    <RowLink to={`/jobs/${it.id}`}>
      {jobVerbs[it.kind]} {it.certificate_name ?? it.certificate_id}
    </RowLink>
  );
}

function State({ it }: { it: Job }) {
  const nameOf = useNames();
  const held = it.held_because ? heldWords(it.held_because, nameOf) : null;
  const note = useTicking((now) => (held ? `held: ${held}` : jobNote(it, now)));
  return (
    <span className="inline-flex max-w-full items-center gap-2 align-middle" title={held ?? it.error ?? undefined}>
      <StatusText className="shrink-0" status={jobStates[it.state]} />
      {note ? <span className="nums truncate text-xs text-ink-3">{note}</span> : null}
    </span>
  );
}

function Where({ it }: { it: Job }) {
  const target = it.target_name ?? it.target_id;
  const agent = it.agent_name ?? it.agent_id;
  return (
    <span className="text-ink-2">
      {target || agent || 'control plane'}
      {target && agent ? <span className="ms-1.5 text-xs text-ink-3">by {agent}</span> : null}
    </span>
  );
}

function Took({ it }: { it: Job }) {
  return <span className="nums text-ink-2">{useTicking((now) => jobTook(it, now))}</span>;
}

function Trigger({ it }: { it: Job }) {
  const { kind } = it.requested_by;
  const unnamed =
    kind === 'local' ? 'the command line on the server' : 'id' in it.requested_by ? it.requested_by.id : kind;
  const by = kind === 'system' ? 'policy' : (it.requested_by_name ?? unnamed);
  return (
    <span className="text-ink-2" title={reasonWords(it.reason)}>
      {by} <span className="text-xs text-ink-3">{reasonWords(it.reason)}</span>
    </span>
  );
}

const columns: readonly Column<Job>[] = [
  { key: 'what', label: 'What', width: 220, grow: 3, cell: (it) => <What it={it} /> },
  { key: 'state', label: 'State', width: 190, grow: 2.5, cell: (it) => <State it={it} /> },
  { key: 'where', label: 'Where', width: 150, grow: 1, cell: (it) => <Where it={it} /> },
  {
    key: 'attempt',
    label: 'Attempt',
    width: 76,
    cell: (it) => (
      <span className="nums text-ink-2">
        {it.attempts} of {it.max_attempts}
      </span>
    ),
  },
  { key: 'started', label: 'Started', width: 104, cell: (it) => <TimeAgo at={it.created_at} className="text-ink-2" /> },
  { key: 'took', label: 'Took', width: 96, cell: (it) => <Took it={it} /> },
  { key: 'trigger', label: 'Trigger', width: 170, grow: 2, cell: (it) => <Trigger it={it} /> },
];

const cause: Column<Job> = {
  key: 'cause',
  label: 'Cause',
  width: 220,
  grow: 4,
  cell: (it) => (
    <span className="text-ink-2" title={it.error ?? undefined}>
      {it.error ? plainCause(it.error) : ''}
    </span>
  ),
};

/** Of a job that failed its cause is worth more than who asked for it. */
const failedColumns = columns.map((column) => (column.key === 'trigger' ? cause : column));

/** Asks for the rows before the page is drawn. */
export const begin = begins('/jobs', (search) => queryOf(fields, search));

function useCounts() {
  const counted = views.filter((view) => view.state !== undefined);
  const planned = useQuery({
    ...q('/certificates', { query: { ...plannedQuery(undefined), limit: 1, total: true } as never }),
    staleTime: 10_000,
  });
  const found = useQueries({
    queries: counted.map((view) => ({
      ...q('/jobs', { query: { state: view.state, limit: 1, total: true } }),
      staleTime: 10_000,
    })),
  });
  return new Map<string, number | undefined>([
    ...counted.map((view, index) => [view.key, found[index]?.data?.total ?? undefined] as const),
    ['planned', planned.data?.total ?? undefined],
  ]);
}

export function JobsPage() {
  const filters = useFilters(fields);
  const { search, query } = filters;
  const [total, setTotal] = useState<number | undefined>();
  const counts = useCounts();
  const planned = search.view === 'planned';
  const view = planned ? undefined : views.find((each) => each.state === search.state);
  const { state: _, view: _view, renews: _renews, ...others } = search;
  const narrowed = Object.keys(fields).some((key) => key !== 'state' && search[key] !== undefined);
  const exportUrl = (format: string) =>
    `${BASE}/jobs/export?${new URLSearchParams({ ...inScope('/jobs/export', query), format }).toString()}`;
  useKeys([
    {
      keys: 'Shift+E',
      label: 'Export all that match',
      group: 'This list',
      run: () => (planned ? false : globalThis.location.assign(exportUrl('csv'))),
    },
  ]);
  const failed = search.state === 'Failed';
  const grid = useColumns(failed ? failedColumns : columns);
  const caller = useCaller();
  const mayIssuers = caller.permissions.includes('issuers.read');
  const issuers = useQuery({ ...issuersQuery(), enabled: mayIssuers }).data?.items;
  const navigate = useNavigate();
  const retry = useRetry();
  const [cancelling, setCancelling] = useState<Job | null>(null);
  const actionsOf = (it: Job): readonly RowAction[] => [
    {
      label: 'Retry',
      keys: 'R',
      icon: <RotateCw size={14} />,
      disabledReason: can.retry(caller, it),
      run: () => retry.mutate(it.id),
    },
    {
      label: 'Open the certificate',
      icon: <ScrollText size={14} />,
      run: () => void navigate({ to: `/certificates/${it.certificate_id}` }),
    },
    {
      label: 'Only jobs of this certificate',
      icon: <ListFilter size={14} />,
      run: () => filters.set('certificate', it.certificate_id),
    },
    {
      label: 'Cancel…',
      danger: true,
      icon: <Ban size={14} />,
      disabledReason: can.cancel(caller, it),
      run: () => setCancelling(it),
    },
  ];
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <PageHeader
        count={
          total === undefined ? undefined : filters.filtered && !planned ? `${number(total)} matching` : number(total)
        }
        title="Jobs"
      />
      <div className="flex h-11 shrink-0 items-center gap-2 border-b border-line bg-surface ps-5 pe-5" data-print="no">
        <Tabs
          className="flex-1"
          label="Views"
          tabs={[...views, { key: 'planned', label: 'Planned', state: undefined }].map((each) => {
            const count = counts.get(each.key);
            return {
              key: each.key,
              active: planned ? each.key === 'planned' : view?.key === each.key,
              to: {
                to: '/jobs',
                search: (each.key === 'planned'
                  ? { view: 'planned' }
                  : { ...others, ...(each.state ? { state: each.state } : {}) }) as never,
              },
              label: (
                <>
                  {each.label}
                  {count ? <span className="nums text-xs font-normal text-ink-3">{number(count)}</span> : null}
                </>
              ),
            };
          })}
        />
        {planned ? null : (
          <>
            <Menu
              align="end"
              trigger={<IconButton icon={<Download size={16} strokeWidth={1.75} />} keys="Shift+E" label="Export" />}
            >
              {(['csv', 'json', 'ndjson'] as const).map((format) => (
                <MenuItem key={format} onSelect={() => globalThis.location.assign(exportUrl(format))}>
                  All that match as {format.toUpperCase()}
                </MenuItem>
              ))}
            </Menu>
            {grid.chooser}
          </>
        )}
      </div>
      {planned ? (
        <Planned onTotal={setTotal} renews={search.renews} set={filters.set} />
      ) : (
        <>
          <div
            className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-surface px-5 py-2.5"
            data-print="no"
          >
            <ChoiceFilter
              label="State"
              onChange={(text) => filters.set('state', text)}
              options={Object.entries(jobStates).map(([value, word]) => ({ value, label: word.label }))}
              text={search.state}
            />
            <ChoiceFilter
              label="Kind"
              onChange={(text) => filters.set('kind', text)}
              options={Object.entries(jobVerbs).map(([value, label]) => ({ value, label }))}
              text={search.kind}
            />
            {mayIssuers ? (
              <ChoiceFilter
                label="Issuer"
                onChange={(text) => filters.set('issuer', text)}
                options={(issuers ?? []).map(({ id, name }) => ({ value: id, label: name }))}
                single
                text={search.issuer}
              />
            ) : null}
            <ChoiceFilter
              label="Started"
              onChange={(text) => filters.set('created', text)}
              options={starts}
              single
              text={search.created}
            />
            <ChoiceFilter
              label="Tries"
              onChange={(text) => filters.set('tries', text)}
              options={tries}
              single
              text={search.tries}
            />
            {(['certificate', 'agent', 'target'] as const).map((key) =>
              search[key] ? (
                <span className="inline-flex items-center gap-1" key={key}>
                  <Chip>
                    {fields[key]?.label} {search[key]}
                  </Chip>
                  <Button onClick={() => filters.set(key, undefined)} size="sm" variant="ghost">
                    Remove
                  </Button>
                </span>
              ) : null,
            )}
            {filters.filtered ? (
              <Button className="ms-auto" onClick={filters.reset} size="sm" variant="ghost">
                Reset
              </Button>
            ) : null}
          </div>
          {filters.ignored.length > 0 ? (
            <Banner className="border-b border-line px-5" tone="warn">
              Ignored: {filters.ignored.join(', ')}
            </Banner>
          ) : null}
          {failed && total !== undefined && total > 1 ? <Causes query={query} /> : null}
          <PagedGrid<Job>
            actionsOf={actionsOf}
            columns={grid.columns}
            empty={
              filters.filtered ? (
                <EmptyState
                  actions={
                    <>
                      <Button onClick={filters.reset} variant="primary">
                        Show all jobs
                      </Button>
                      {narrowed && search.state ? (
                        <ButtonLink search={{ state: search.state } as never} to="/jobs">
                          {view?.label ?? 'This state'}, without the other filters
                        </ButtonLink>
                      ) : null}
                    </>
                  }
                  icon={<ListChecks size={24} strokeWidth={1.5} />}
                  title={view && !narrowed ? `No job is ${view.label.toLowerCase()}` : 'Nothing matches'}
                >
                  {failed && !narrowed
                    ? 'Everything that was begun has gone through or is still under way.'
                    : 'There is no job with these filters.'}
                </EmptyState>
              ) : (
                <EmptyState icon={<ListChecks size={24} strokeWidth={1.5} />} title="No jobs yet">
                  Each issuance, renewal and deployment is a job and stays here with its log. The first begins with the
                  first certificate.
                </EmptyState>
              )
            }
            follow={['job']}
            hrefOf={(it) => `/jobs/${it.id}`}
            label="Jobs"
            nameOf={jobTitle}
            onTotal={setTotal}
            pill={search.state === undefined}
            rows={listed('/jobs', query)}
            stillWorks="Jobs go on; only this list is affected."
          />
        </>
      )}
      {cancelling ? (
        <CancelDialog it={cancelling} onClose={() => setCancelling(null)} title={jobTitle(cancelling)} />
      ) : null}
    </div>
  );
}
