// The agents: who they are, whether they are heard from, and what hangs on them; and the fleet by what its members share.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { ListChecks, Plus, ScrollText, Server, ShieldAlert, ShieldCheck } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { QuarantineDialog } from '@/components/agents/quarantine-dialog';
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
import { Expiry, TimeAgo, TimeUntil } from '@/components/times';
import { agentStates, agentStatus, outdated, platformName } from '@/lib/agent-words';
import { writeTerms } from '@/lib/filter-value';
import { useKeys } from '@/lib/keyboard';
import type { Grammar } from '@/lib/list-grammar';
import { agentHealths } from '@/lib/tokens';
import { count, number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { Chip } from '@/ui/chip';
import { TextLink } from '@/ui/link';
import { RowLink } from '@/ui/row-link';
import { Tabs } from '@/ui/tabs';
import { complain, say } from '@/ui/toast';
import { Fleet } from './fleet';

type Agent = Schemas['Agent'];

const fields: Grammar['fields'] = {
  q: { label: 'Text', kind: 'text' },
  health: { label: 'Health', kind: 'set', tokens: Object.keys(agentHealths) },
  state: { label: 'State', kind: 'set', tokens: Object.keys(agentStates) },
  environment: { label: 'Environment', kind: 'text' },
  version: { label: 'Version', kind: 'set' },
};

/** Heartbeats are no events: the ages of the last ones are asked for as often as agents are heard. */
const HEARTBEAT = 15_000;

function columnsOf(server: string | undefined): readonly Column<Agent>[] {
  return [
    {
      key: 'name',
      label: 'Name',
      width: 180,
      grow: 2,
      cell: (it) => <RowLink to={`/agents/${it.id}`}>{it.name}</RowLink>,
    },
    {
      key: 'status',
      label: 'Status',
      width: 128,
      cell: (it) => <StatusText status={agentStatus(it)} />,
    },
    {
      key: 'heard',
      label: 'Last heard',
      width: 100,
      cell: (it) => <TimeAgo at={it.last_seen_at} className="text-ink-3" />,
    },
    {
      key: 'version',
      label: 'Version',
      width: 140,
      cell: (it) =>
        it.version ? (
          <span className="inline-flex items-center gap-2">
            <code className="text-ink-2">v{it.version}</code>
            {outdated(it, server) ? <span className="text-xs text-warn">outdated</span> : null}
          </span>
        ) : (
          <span className="text-ink-3 italic">not known</span>
        ),
    },
    {
      key: 'platform',
      label: 'Platform',
      width: 132,
      grow: 0.6,
      cell: (it) => <span className="text-ink-2">{platformName(it.platform)}</span>,
    },
    {
      key: 'environment',
      label: 'Environment',
      width: 116,
      cell: (it) => (it.environment ? <Chip>{it.environment}</Chip> : <span className="text-ink-3 italic">unset</span>),
    },
    {
      key: 'keys',
      label: 'Keys held',
      width: 92,
      cell: (it) => (
        <Link
          className="nums rounded-chip text-ink-2 hover:text-ink hover:underline"
          search={{ agent: it.id } as never}
          tabIndex={-1}
          to="/certificates"
        >
          {number(it.certificates)}
        </Link>
      ),
    },
    {
      key: 'targets',
      label: 'Targets',
      width: 84,
      cell: (it) => (
        <Link
          className="nums rounded-chip text-ink-2 hover:text-ink hover:underline"
          search={{ agent: it.id } as never}
          tabIndex={-1}
          to="/targets"
        >
          {number(it.targets)}
        </Link>
      ),
    },
    {
      key: 'next',
      label: 'Renews next',
      width: 100,
      cell: (it) =>
        it.next_renewal_at ? (
          <TimeUntil at={it.next_renewal_at} className="text-ink-2" />
        ) : (
          <span className="text-ink-3 italic">nothing</span>
        ),
    },
    {
      key: 'identity',
      label: 'Identity',
      width: 92,
      cell: (it) => <Expiry at={it.identity_not_after} className="text-ink-3" />,
    },
  ];
}

/** Asks for the rows before the page is drawn. */
export const begin = begins('/agents', (search) => queryOf(fields, search));

export function AgentsPage() {
  const filters = useFilters(fields);
  const caller = useCaller();
  const router = useRouter();
  const fleet = useQuery(q('/stats/fleet')).data;
  const [total, setTotal] = useState<number>();
  const inFleet = filters.search.tab === 'fleet';
  const canEnrol = may(caller, 'agents.invite');
  useKeys([
    {
      keys: 'N',
      label: 'Enrol an agent',
      group: 'This list',
      run: () => (canEnrol ? false : void router.navigate({ to: '/agents/enrol' })),
    },
  ]);
  const version = fleet?.server_version;
  const grid = useColumns(useMemo(() => columnsOf(version), [version]));
  const { tab: _, ...rest } = filters.search;
  const queries = useQueryClient();
  const put = useMutation({
    mutationFn: ({ it, state }: { it: Agent; state: Schemas['AgentState'] }) =>
      taken(client.PATCH('/agents/{id}', { params: { path: { id: it.id } }, body: { state } })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['/agents/{id}'] }),
    onError: (error, { it }) => complain(`${it.name} was not changed`, error),
  });
  const [asking, setAsking] = useState<Agent | null>(null);
  const quarantine = (it: Agent) => {
    const state = it.state === 'quarantined' ? 'active' : 'quarantined';
    const said =
      state === 'active' ? `${it.name} gets work again` : `${it.name} gets no work until the quarantine is lifted`;
    put.mutate(
      { it, state },
      {
        onSuccess: () => say(said, { undo: () => put.mutate({ it, state: it.state }) }),
        onSettled: () => setAsking(null),
      },
    );
  };
  const actionsOf = (it: Agent): readonly RowAction[] => [
    {
      label: 'Its certificates',
      icon: <ScrollText size={14} />,
      run: () => void router.navigate({ to: '/certificates', search: { agent: it.id } as never }),
    },
    {
      label: 'Its jobs',
      icon: <ListChecks size={14} />,
      run: () => void router.navigate({ to: '/jobs', search: { agent: it.id } as never }),
    },
    {
      label: it.state === 'quarantined' ? 'Lift quarantine' : 'Quarantine…',
      begins: true,
      icon: it.state === 'quarantined' ? <ShieldCheck size={14} /> : <ShieldAlert size={14} />,
      disabledReason: may(caller, 'agents.manage') ?? (it.state === 'retired' ? 'it is retired' : null),
      run: () => (it.state === 'quarantined' ? quarantine(it) : setAsking(it)),
    },
  ];
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        count={
          inFleet || total === undefined ? undefined : filters.filtered ? `${number(total)} matching` : number(total)
        }
        title="Agents"
      />
      <div className="flex h-11 shrink-0 items-center gap-3 border-b border-line bg-surface px-5" data-print="no">
        <Tabs
          className="flex-1"
          label="Agents"
          tabs={[
            { key: 'list', label: 'List', to: { to: '/agents', search: rest as never }, active: !inFleet },
            {
              key: 'fleet',
              label: 'Fleet',
              to: { to: '/agents', search: { ...rest, tab: 'fleet' } as never },
              active: inFleet,
            },
          ]}
        />
        {inFleet ? null : grid.chooser}
        <EnrolButton reason={canEnrol} />
      </div>
      {inFleet ? (
        <Fleet />
      ) : (
        <>
          <div className="flex min-h-13 shrink-0 flex-wrap items-center gap-2 border-b border-line bg-canvas px-5 py-2">
            <SearchBox
              onChange={(text) => filters.set('q', text, true)}
              placeholder="Search by name"
              value={filters.search.q ?? ''}
            />
            <ChoiceFilter
              label="Health"
              onChange={(text) => filters.set('health', text)}
              options={Object.entries(agentHealths).map(([value, word]) => ({ value, label: word.label }))}
              text={filters.search.health}
            />
            <ChoiceFilter
              label="State"
              onChange={(text) => filters.set('state', text)}
              options={Object.entries(agentStates).map(([value, word]) => ({ value, label: word.label }))}
              text={filters.search.state}
            />
            <ChoiceFilter
              label="Environment"
              onChange={(text) => filters.set('environment', text)}
              options={(fleet?.environments ?? []).flatMap((part) =>
                part.value ? [{ value: part.value, label: part.value }] : [],
              )}
              single
              text={filters.search.environment}
            />
            <ChoiceFilter
              label="Version"
              onChange={(text) => filters.set('version', text)}
              options={(fleet?.versions ?? []).map((part) => ({
                value: writeTerms([{ value: part.value ?? null, not: false }]),
                label: part.value ? `v${part.value}` : 'not known',
              }))}
              single
              text={filters.search.version}
            />
            {fleet && fleet.other_version > 0 ? (
              <TextLink
                className="ms-auto text-xs"
                search={
                  {
                    state: 'active,quarantined',
                    version: writeTerms([
                      { value: null, not: true },
                      { value: fleet.server_version, not: true },
                    ]),
                  } as never
                }
                to="/agents"
              >
                {count(fleet.other_version, 'agent runs', 'agents run')} another version than the server, v
                {fleet.server_version}
              </TextLink>
            ) : null}
          </div>
          {filters.ignored.length > 0 ? (
            <Banner className="border-b border-line px-5" tone="warn">
              Ignored: {filters.ignored.join(', ')}
            </Banner>
          ) : null}
          <PagedGrid<Agent>
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
                  title="No agent matches"
                >
                  {fleet ? `There are ${count(fleet.agents, 'agent')} without the filters.` : 'Try fewer filters.'}
                </EmptyState>
              ) : (
                <EmptyState
                  actions={<EnrolButton reason={canEnrol} />}
                  icon={<Server size={20} strokeWidth={1.75} />}
                  title="No agent has joined yet"
                >
                  An agent runs on each host that serves certificates. It makes the keys there, installs what was
                  issued, and looks whether it is served. One command joins it.
                </EmptyState>
              )
            }
            every={HEARTBEAT}
            follow={['agent', 'target']}
            hrefOf={(it) => `/agents/${it.id}`}
            label="Agents"
            nameOf={(it) => it.name}
            onTotal={setTotal}
            rows={listed('/agents', filters.query)}
            stillWorks="Agents keep working; only this list is affected."
          />
        </>
      )}
      {asking ? (
        <QuarantineDialog
          busy={put.isPending}
          it={asking}
          onClose={() => setAsking(null)}
          onConfirm={() => quarantine(asking)}
        />
      ) : null}
    </div>
  );
}

function EnrolButton({ reason }: { reason: string | null }) {
  return reason ? (
    <Button disabledReason={reason} icon={<Plus size={14} />} size="sm" variant="primary">
      Enrol an agent
    </Button>
  ) : (
    <ButtonLink icon={<Plus size={14} />} size="sm" to="/agents/enrol" variant="primary">
      Enrol an agent
    </ButtonLink>
  );
}
