// The targets: where certificates are served, by which agent, how many endpoints prove it, and how the last deployment went.
import { useQuery } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { ListChecks, Plus, ScrollText, Server, Target as TargetIcon } from 'lucide-react';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import type { Column } from '@/components/data-grid/data-grid';
import { begins, listed } from '@/components/data-grid/listed';
import { PagedGrid } from '@/components/data-grid/paged-grid';
import { useColumns } from '@/components/data-grid/use-columns';
import { EmptyState } from '@/components/empty-state';
import { ChoiceFilter } from '@/components/filters/choice-filter';
import { SearchBox } from '@/components/filters/search-box';
import { queryOf, useFilters } from '@/components/filters/use-filters';
import type { RowAction } from '@/components/row-menu';
import { StatusText } from '@/components/status-text';
import { useFreshTargetRows, useTargetRow } from '@/components/targets/target-row';
import { useAgents, useTargetKinds } from '@/components/targets/use-kinds';
import { TimeAgo } from '@/components/times';
import { writeTerms } from '@/lib/filter-value';
import { useKeys } from '@/lib/keyboard';
import type { Grammar } from '@/lib/list-grammar';
import { probesOf } from '@/lib/target-checks';
import { jobStates, type StatusWord } from '@/lib/tokens';
import { number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { RowLink } from '@/ui/row-link';

type Target = Schemas['Target'];

/** The states of a test, as they are told; the others are on their way. */
const tests: Record<Schemas['TargetTestState'], StatusWord> = {
  Passed: { label: 'Passed', glyph: 'healthy', tone: 'ok' },
  Warned: { label: 'Passed with warnings', glyph: 'warning', tone: 'warn' },
  Failed: { label: 'Failed', glyph: 'failing', tone: 'crit' },
  Unanswered: { label: 'Not answered', glyph: 'unverified', tone: 'warn' },
  Pending: { label: 'Waiting', glyph: 'pending', tone: 'neutral' },
  Running: { label: 'Running', glyph: 'renewing', tone: 'info' },
};

const TESTED = new RegExp(`^(none|${Object.keys(tests).join('|')})(,(none|${Object.keys(tests).join('|')}))*$`);

const fields: Grammar['fields'] = {
  q: { label: 'Text', kind: 'text' },
  kind: { label: 'Type', kind: 'text' },
  agent: { label: 'Agent', kind: 'text', api: 'agent_id' },
  environment: { label: 'Environment', kind: 'text' },
  certificate: { label: 'Certificate', kind: 'text', api: 'certificate_id' },
  test: { label: 'Last test', kind: 'text', api: 'last_test', pattern: TESTED },
};

function Certificates({ id }: { id: string }) {
  const row = useTargetRow(id);
  if (row === undefined) return null;
  if (row.certificates === 0) return <span className="text-ink-3 italic">none</span>;
  return (
    <Link
      className="nums rounded-chip text-ink-2 hover:text-ink hover:underline"
      search={{ target: id } as never}
      tabIndex={-1}
      to="/certificates"
    >
      {number(row.certificates)}
    </Link>
  );
}

function LastDeploy({ id }: { id: string }) {
  const row = useTargetRow(id);
  if (row === undefined) return null;
  if (row.last === null) return <span className="text-ink-3 italic">never</span>;
  return (
    <span className="flex items-center gap-2">
      <StatusText status={jobStates[row.last.state]} />
      <TimeAgo at={row.last.finished_at ?? row.last.created_at} className="text-xs text-ink-3" />
    </span>
  );
}

function LastTest({ it }: { it: Target }) {
  if (!it.last_test) return <span className="text-ink-3 italic">not tested</span>;
  return (
    <span className="flex items-center gap-2">
      <StatusText status={tests[it.last_test.state]} />
      <TimeAgo at={it.last_test.at} className="text-xs text-ink-3" />
    </span>
  );
}

function Endpoints({ it }: { it: Target }) {
  const probes = probesOf(it.config);
  if (probes.length === 0) return <span className="text-ink-3 italic">none named</span>;
  return (
    <span className="text-ink-2" title={probes.map((probe) => probe.address).join(', ')}>
      <code>{probes[0]?.address}</code>
      {probes.length > 1 ? <span className="ms-1.5 text-xs text-ink-3">+{probes.length - 1}</span> : null}
    </span>
  );
}

/** Asks for the rows before the page is drawn. */
export const begin = begins('/targets', (search) => queryOf(fields, search));

export function TargetsPage() {
  const caller = useCaller();
  const router = useRouter();
  const filters = useFilters(fields);
  const [total, setTotal] = useState<number>();
  const facets = useQuery({ ...q('/targets/facets'), staleTime: 60_000 }).data?.facets;
  const valuesOf = (facet: string) => facets?.find((each) => each.facet === facet)?.values ?? [];
  const { titleOf } = useTargetKinds();
  const { nameOf } = useAgents();
  const reason = may(caller, 'targets.manage');
  useFreshTargetRows();
  useKeys([
    {
      keys: 'N',
      label: 'Add a target',
      group: 'This list',
      run: () => (reason ? false : void router.navigate({ to: '/targets/new' })),
    },
  ]);
  const columns: readonly Column<Target>[] = [
    {
      key: 'name',
      label: 'Name',
      width: 140,
      grow: 1.4,
      cell: (it) => <RowLink to={`/targets/${it.id}`}>{it.name}</RowLink>,
    },
    {
      key: 'kind',
      label: 'Type',
      width: 112,
      cell: (it) => <span className="text-ink-2">{titleOf(it.kind)}</span>,
    },
    {
      key: 'agent',
      label: 'Agent',
      width: 112,
      grow: 0.6,
      cell: (it) => (
        <RowLink className="rounded-chip text-ink-2 hover:text-ink hover:underline" to={`/agents/${it.agent_id}`}>
          {nameOf(it.agent_id)}
        </RowLink>
      ),
    },
    { key: 'endpoints', label: 'Endpoints', width: 156, grow: 1, cell: (it) => <Endpoints it={it} /> },
    { key: 'certificates', label: 'Certificates', width: 92, cell: (it) => <Certificates id={it.id} /> },
    { key: 'deploy', label: 'Last deployment', width: 176, cell: (it) => <LastDeploy id={it.id} /> },
    { key: 'test', label: 'Last test', width: 148, cell: (it) => <LastTest it={it} /> },
    {
      key: 'updated',
      label: 'Changed',
      width: 96,
      cell: (it) => <TimeAgo at={it.updated_at} className="text-ink-3" />,
    },
  ];
  const grid = useColumns(columns);
  const actionsOf = (it: Target): readonly RowAction[] => [
    {
      label: 'Its certificates',
      icon: <ScrollText size={14} />,
      run: () => void router.navigate({ to: '/certificates', search: { target: it.id } as never }),
    },
    {
      label: 'Its jobs',
      icon: <ListChecks size={14} />,
      run: () => void router.navigate({ to: '/jobs', search: { target: it.id } as never }),
    },
    {
      label: 'Its agent',
      icon: <Server size={14} />,
      run: () => void router.navigate({ to: `/agents/${it.agent_id}` }),
    },
  ];
  const add = () =>
    reason ? (
      <Button disabledReason={reason} icon={<Plus size={14} />} variant="primary">
        Add a target
      </Button>
    ) : (
      <ButtonLink icon={<Plus size={14} />} to="/targets/new" variant="primary">
        Add a target
      </ButtonLink>
    );
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        count={total === undefined ? undefined : filters.filtered ? `${number(total)} matching` : number(total)}
        title="Targets"
      />
      <div
        className="flex min-h-13 shrink-0 flex-wrap items-center gap-2 border-b border-line bg-canvas px-5 py-2"
        data-print="no"
      >
        <SearchBox
          onChange={(text) => filters.set('q', text, true)}
          placeholder="Name, path or address"
          value={filters.search.q ?? ''}
        />
        <ChoiceFilter
          label="Type"
          onChange={(text) => filters.set('kind', text)}
          options={valuesOf('kind').flatMap(({ value }) => (value ? [{ value, label: titleOf(value) }] : []))}
          text={filters.search.kind}
        />
        <ChoiceFilter
          label="Agent"
          onChange={(text) => filters.set('agent', text)}
          options={valuesOf('agent_id').flatMap(({ value }) => (value ? [{ value, label: nameOf(value) }] : []))}
          text={filters.search.agent}
        />
        <ChoiceFilter
          label="Environment"
          onChange={(text) => filters.set('environment', text)}
          options={valuesOf('environment').map(({ value }) => ({
            value: writeTerms([{ value: value ?? null, not: false }]),
            label: value ?? 'unset',
          }))}
          text={filters.search.environment}
        />
        <ChoiceFilter
          label="Last test"
          onChange={(text) => filters.set('test', text)}
          options={[
            ...Object.entries(tests).map(([value, word]) => ({ value, label: word.label })),
            { value: 'none', label: 'Not tested' },
          ]}
          text={filters.search.test}
        />
        {filters.search.certificate ? (
          <ChoiceFilter
            label="Certificate"
            onChange={(text) => filters.set('certificate', text)}
            options={[{ value: filters.search.certificate, label: filters.search.certificate }]}
            single
            text={filters.search.certificate}
          />
        ) : null}
        <span className="ms-auto flex items-center gap-2">
          {grid.chooser}
          {add()}
        </span>
      </div>
      {filters.ignored.length > 0 ? (
        <Banner className="border-b border-line px-5" tone="warn">
          Ignored: {filters.ignored.join(', ')}
        </Banner>
      ) : null}
      <PagedGrid<Target>
        actionsOf={actionsOf}
        columns={grid.columns}
        empty={
          filters.filtered ? (
            <EmptyState
              actions={
                <Button onClick={filters.reset} variant="primary">
                  Reset the filters
                </Button>
              }
              title="No target matches"
            >
              There is no target with these filters.
            </EmptyState>
          ) : (
            <EmptyState actions={add()} icon={<TargetIcon size={20} strokeWidth={1.75} />} title="No target yet">
              A target says where an agent puts a certificate: which files, which service reads them, and which endpoint
              has to serve it afterwards.
            </EmptyState>
          )
        }
        follow={['target', 'target_test']}
        hrefOf={(it) => `/targets/${it.id}`}
        label="Targets"
        nameOf={(it) => it.name}
        onTotal={setTotal}
        rows={listed('/targets', filters.query)}
        stillWorks="Deployments go on; only this list is affected."
      />
    </div>
  );
}
