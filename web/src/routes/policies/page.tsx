// What decides about certificates beside their owners: renewal policies (when), profiles (what), rules (what everybody obeys).
// Not for: editing (each has its page). Invariant: each number is a link to exactly that many rows.
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ArrowRight, Plus, ScrollText, ShieldAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { profilesQuery, renewalPoliciesQuery, useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { q } from '@/api/client';
import type { Permission, Schemas } from '@/api/types';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { type RowAction, RowMenu, useRowKeys } from '@/components/row-menu';
import { StatusText } from '@/components/status-text';
import { keyName } from '@/lib/key-names';
import { useKeys } from '@/lib/keyboard';
import { pointWords, warnWords, windowWords } from '@/lib/policy-words';
import { approvals, modes, severities } from '@/lib/rule-words';
import type { Search } from '@/lib/search';
import { took } from '@/lib/time';
import { count, number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { ButtonLink } from '@/ui/button';
import { Chip } from '@/ui/chip';
import { TextLink } from '@/ui/link';
import { SkeletonRows } from '@/ui/skeleton';
import { Table, type TableColumn } from '@/ui/table';
import { Tabs } from '@/ui/tabs';

const tabs = {
  policies: { label: 'Renewal policies', one: 'renewal policy', make: '/policies/new', needs: 'config.manage' },
  profiles: { label: 'Profiles', one: 'profile', make: '/profiles/new', needs: 'config.manage' },
  rules: { label: 'Rules', one: 'rule', make: '/policies/new-rule', needs: 'policies.manage' },
} as const satisfies Record<string, { label: string; one: string; make: string; needs: Permission }>;
type Tab = keyof typeof tabs;

export function PoliciesPage() {
  useRowKeys();
  const { tab: wanted } = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const tab: Tab = wanted !== undefined && wanted in tabs ? (wanted as Tab) : 'policies';
  const it = tabs[tab];
  const reason = may(useCaller(), it.needs);
  useKeys([
    {
      keys: 'N',
      label: `New ${it.one}`,
      group: 'This page',
      run: () => (reason === null ? void navigate({ to: it.make }) : false),
    },
  ]);
  return (
    <div className="flex flex-col">
      <PageHeader title="Profiles & policies" />
      <div className="sticky top-0 z-10 flex h-11 shrink-0 items-center gap-3 border-b border-line bg-surface px-5">
        <Tabs
          className="flex-1"
          label="Profiles and policies"
          tabs={(Object.keys(tabs) as Tab[]).map((key) => ({
            key,
            label: tabs[key].label,
            to: { to: '/policies', search: (key === 'policies' ? {} : { tab: key }) as never },
            active: key === tab,
          }))}
        />
        {reason === null ? (
          <ButtonLink icon={<Plus size={14} />} size="sm" to={it.make} variant="primary">
            New {it.one}
          </ButtonLink>
        ) : (
          <span className="text-xs text-ink-3">changing these {reason}</span>
        )}
      </div>
      {tab === 'policies' ? <Policies /> : tab === 'profiles' ? <Profiles /> : <Rules />}
    </div>
  );
}

/** Open, and the certificates under it. */
function menuOf<T extends { id: string; name: string }>(actionsOf: (it: T) => readonly RowAction[]): TableColumn<T> {
  return {
    key: 'menu',
    label: '',
    width: '3rem',
    end: true,
    cell: (it) => <RowMenu actions={() => actionsOf(it)} name={it.name} />,
  };
}

function useOpening() {
  const navigate = useNavigate();
  return (to: string, search?: Record<string, string>): RowAction[] => [
    {
      label: 'Open',
      icon: <ArrowRight size={14} />,
      keys: 'O',
      printed: true,
      run: () => void navigate({ to }),
    },
    ...(search
      ? [
          {
            label: 'Its certificates',
            icon: <ScrollText size={14} />,
            run: () => void navigate({ to: '/certificates', search: search as never }),
          },
        ]
      : []),
  ];
}

interface ListProps<T> {
  list: UseQueryResult<{ items: T[]; next_cursor?: string | null }>;
  columns: readonly TableColumn<T>[];
  label: string;
  empty: { title: string; text: string };
}

function List<T extends { id: string }>({ list, columns, label, empty }: ListProps<T>): ReactNode {
  if (list.isError && !list.data)
    return (
      <ErrorState
        error={list.error}
        onRetry={() => void list.refetch()}
        stillWorks="Renewals keep running; only this list is affected."
        what={`The list of ${label.toLowerCase()}`}
      />
    );
  if (!list.data) return <SkeletonRows rows={5} />;
  if (list.data.items.length === 0)
    return (
      <EmptyState icon={<ScrollText size={20} strokeWidth={1.75} />} title={empty.title}>
        {empty.text}
      </EmptyState>
    );
  return (
    <div className="border-b border-line bg-surface">
      <Table columns={columns} keyOf={(it) => it.id} label={label} rows={list.data.items} />
      {list.data.next_cursor ? (
        <p className="px-4 py-2 text-xs text-ink-3">
          The first {number(list.data.items.length)}; the palette (Ctrl K) finds the others.
        </p>
      ) : null}
    </div>
  );
}

/** How many certificates name a policy or profile; undefined while it is not known. */
function useHeld(facet: 'policy_id' | 'profile_id') {
  const facets = useQuery(q('/certificates/facets', { query: { archived: false } })).data;
  const values = facets?.facets.find((each) => each.facet === facet);
  return (id: string): number | undefined =>
    values === undefined
      ? undefined
      : (values.values.find((each) => each.value === id)?.count ?? (values.other_values > 0 ? undefined : 0));
}

function Held({ value, search }: { value: number | undefined; search: Record<string, string> }) {
  if (value === undefined) return null;
  if (value === 0) return <span className="text-ink-3 italic">unused</span>;
  return (
    <TextLink className="nums" search={search as never} to="/certificates">
      {number(value)}
    </TextLink>
  );
}

const Name = ({ to, children }: { to: string; children: ReactNode }) => (
  <TextLink className="font-medium text-ink" to={to}>
    {children}
  </TextLink>
);

function Policies() {
  const list = useQuery(renewalPoliciesQuery());
  const held = useHeld('policy_id');
  const opening = useOpening();
  return (
    <List<Schemas['RenewalPolicy']>
      columns={[
        { key: 'name', label: 'Name', cell: (it) => <Name to={`/policies/${it.id}`}>{it.name}</Name> },
        {
          key: 'renews',
          label: 'Renews',
          width: '17rem',
          cell: (it) => (
            <span title={pointWords(it.point)}>
              {it.automatic ? '' : 'when asked, due '}
              {pointWords(it.point)}
            </span>
          ),
        },
        {
          key: 'warns',
          label: 'Warns',
          width: '18rem',
          cell: (it) => (
            <span className="text-ink-2" title={warnWords(it)}>
              {warnWords(it)}
            </span>
          ),
        },
        {
          key: 'when',
          label: 'When',
          width: '14rem',
          cell: (it) => (
            <span className="text-ink-2" title={windowWords(it)}>
              {windowWords(it)}
            </span>
          ),
        },
        { key: 'tries', label: 'Tries', width: '4.5rem', end: true, cell: (it) => number(it.max_attempts) },
        {
          key: 'held',
          label: 'Certificates',
          width: '7rem',
          end: true,
          cell: (it) => <Held search={{ policy: it.id }} value={held(it.id)} />,
        },
        menuOf((it) => opening(`/policies/${it.id}`, { policy: it.id })),
      ]}
      empty={{ title: 'No renewal policy yet', text: 'A renewal policy says when certificates are renewed.' }}
      label="Renewal policies"
      list={list}
    />
  );
}

function Profiles() {
  const list = useQuery(profilesQuery());
  const held = useHeld('profile_id');
  const opening = useOpening();
  const names = (it: Schemas['Profile']) =>
    it.name_patterns.length > 0 ? it.name_patterns.join(', ') : it.wildcards ? 'any name' : 'any name, no wildcards';
  return (
    <List<Schemas['Profile']>
      columns={[
        { key: 'name', label: 'Name', cell: (it) => <Name to={`/profiles/${it.id}`}>{it.name}</Name> },
        {
          key: 'keys',
          label: 'Keys',
          width: '18rem',
          cell: (it) => (
            <span className="text-ink-2" title={it.key_algorithms.map(keyName).join(', ')}>
              {it.key_algorithms.map(keyName).join(', ')}
            </span>
          ),
        },
        {
          key: 'life',
          label: 'Lifetime',
          width: '12rem',
          cell: (it) => (
            <span className="nums">
              {took(it.default_lifetime_seconds * 1000)}
              <span className="text-ink-3"> up to {took(it.max_lifetime_seconds * 1000)}</span>
            </span>
          ),
        },
        {
          key: 'names',
          label: 'Names',
          width: '15rem',
          cell: (it) => (
            <span className="text-ink-2" title={names(it)}>
              {names(it)}
            </span>
          ),
        },
        {
          key: 'approval',
          label: 'Approval',
          width: '11rem',
          cell: (it) => <span className="text-ink-2">{approvals[it.approval]}</span>,
        },
        {
          key: 'held',
          label: 'Certificates',
          width: '7rem',
          end: true,
          cell: (it) => <Held search={{ profile: it.id }} value={held(it.id)} />,
        },
        menuOf((it) => opening(`/profiles/${it.id}`, { profile: it.id })),
      ]}
      empty={{ title: 'No profile yet', text: 'A profile says what may be issued.' }}
      label="Profiles"
      list={list}
    />
  );
}

function Rules() {
  const list = useQuery(q('/policies', { query: { limit: 500 } }));
  const kinds = useQuery({ ...q('/policy-kinds'), staleTime: Number.POSITIVE_INFINITY }).data;
  const opening = useOpening();
  const navigate = useNavigate();
  return (
    <List<Schemas['PolicyRule']>
      columns={[
        { key: 'name', label: 'Name', cell: (it) => <Name to={`/policies/${it.id}`}>{it.name}</Name> },
        {
          key: 'kind',
          label: 'What is asked',
          width: '19rem',
          cell: (it) => (
            <span className="text-ink-2">{kinds?.find((each) => each.kind === it.kind)?.title ?? it.kind}</span>
          ),
        },
        {
          key: 'mode',
          label: 'A breach is',
          width: '9rem',
          cell: (it) => (it.enabled ? modes[it.mode].breach : <Chip>switched off</Chip>),
        },
        {
          key: 'severity',
          label: 'Severity',
          width: '9rem',
          cell: (it) => <StatusText status={severities[it.severity]} />,
        },
        { key: 'open', label: 'Violations', width: '7rem', end: true, cell: (it) => <Open it={it} /> },
        menuOf((it) => [
          ...opening(`/policies/${it.id}`),
          {
            label: 'Its violations',
            icon: <ShieldAlert size={14} />,
            run: () => void navigate({ to: `/policies/${it.id}`, search: { tab: 'violations' } as never }),
          },
        ]),
      ]}
      empty={{
        title: 'No rule yet',
        text: 'A rule is what the whole inventory obeys, whoever asks and whatever profile they use: which issuers, which names, how long a life, how strong a key. It begins by only watching.',
      }}
      label="Rules"
      list={list}
    />
  );
}

function Open({ it }: { it: Schemas['PolicyRule'] }) {
  const found = useQuery(
    q('/policies/{id}/violations', { path: { id: it.id }, query: { state: 'open', limit: 1, total: true } }),
  ).data;
  const total = found?.total ?? 0;
  if (!found) return null;
  return total === 0 ? (
    <span className="text-ink-3">none</span>
  ) : (
    <TextLink
      aria-label={`${count(total, 'open violation')} of ${it.name}`}
      className="nums"
      search={{ tab: 'violations' } as never}
      to={`/policies/${it.id}`}
    >
      {number(total)}
    </TextLink>
  );
}
