// The renewals that are planned: no jobs yet, but certificates in the order in which their turn comes, with who will do it and why
// then. Not for: jobs (page.tsx). Invariant: the count of its tab is that of its rows.
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { CalendarClock, RotateCw, ScrollText } from 'lucide-react';
import { renewalPoliciesQuery, useCaller, useNames } from '@/api/caller';
import { certificate as can } from '@/api/can';
import { useAgents } from '@/api/lookups';
import type { Certificate } from '@/api/types';
import { useRenew } from '@/components/certificate/use-renew';
import type { Column } from '@/components/data-grid/data-grid';
import { listed } from '@/components/data-grid/listed';
import { PagedGrid } from '@/components/data-grid/paged-grid';
import { EmptyState } from '@/components/empty-state';
import { ChoiceFilter } from '@/components/filters/choice-filter';
import type { Filters } from '@/components/filters/use-filters';
import type { RowAction } from '@/components/row-menu';
import { StatusText } from '@/components/status-text';
import { Expiry, TimeUntil } from '@/components/times';
import { useNow } from '@/lib/clock';
import { instant } from '@/lib/time';
import { conditions } from '@/lib/tokens';
import { number } from '@/lib/words';
import { Button } from '@/ui/button';
import { RowLink } from '@/ui/row-link';

export const AHEAD = '..7d';

const aheads = [
  { value: '..24h', label: 'In the next 24 hours' },
  { value: AHEAD, label: 'In the next 7 days' },
  { value: '..30d', label: 'In the next 30 days' },
  { value: '..365d', label: 'In the next year' },
];

/** What has a renewal ahead, whose turn has come among them. */
export const plannedQuery = (renews: string | undefined): Record<string, string> => ({
  renews: renews ?? AHEAD,
  archived: 'false',
});

function When({ it }: { it: Certificate }) {
  const now = useNow(15_000);
  const at = instant(it.renew_after);
  return at !== null && at <= now ? (
    <StatusText status={conditions[it.condition === 'healthy' ? 'due' : it.condition]} />
  ) : (
    <TimeUntil at={it.renew_after} className="text-ink-2" />
  );
}

function Holders({ it }: { it: Certificate }) {
  const ids = it.holders.flatMap((holder) => (holder.agent_id ? [holder.agent_id] : []));
  const agents = useAgents(ids.slice(0, 1));
  const first = ids[0];
  if (first === undefined) return <span className="text-ink-3">by an uploaded CSR</span>;
  return (
    <span className="text-ink-2">
      {agents.get(first)?.name ?? first}
      {ids.length > 1 ? <span className="ms-1.5 text-xs text-ink-3">+{number(ids.length - 1)}</span> : null}
    </span>
  );
}

export function Planned({
  renews,
  set,
  onTotal,
}: {
  renews: string | undefined;
  set: Filters['set'];
  onTotal: (total: number | undefined) => void;
}) {
  const nameOf = useNames();
  const caller = useCaller();
  const navigate = useNavigate();
  const renew = useRenew();
  const policies = useQuery(renewalPoliciesQuery()).data?.items;
  const byHand = (it: Certificate) => policies?.find((each) => each.id === it.renewal_policy_id)?.automatic === false;
  const columns: readonly Column<Certificate>[] = [
    {
      key: 'what',
      label: 'What',
      width: 220,
      grow: 3,
      cell: (it) => <RowLink to={`/certificates/${it.id}`}>Renew {it.name}</RowLink>,
    },
    { key: 'when', label: 'When', width: 136, cell: (it) => <When it={it} /> },
    { key: 'where', label: 'Key made on', width: 150, grow: 1, cell: (it) => <Holders it={it} /> },
    {
      key: 'issuer',
      label: 'Issuer',
      width: 160,
      grow: 1,
      cell: (it) => <span className="text-ink-2">{nameOf(it.issuer_id)}</span>,
    },
    {
      key: 'policy',
      label: 'By',
      width: 190,
      grow: 1.4,
      cell: (it) => (
        <span className="text-ink-2">
          <Link
            className="rounded-chip hover:text-ink hover:underline"
            tabIndex={-1}
            to={`/policies/${it.renewal_policy_id}`}
          >
            {nameOf(it.renewal_policy_id)}
          </Link>
          {byHand(it) ? <span className="ms-1.5 text-xs text-warn">only when asked</span> : null}
        </span>
      ),
    },
    { key: 'ends', label: 'Expires', width: 104, cell: (it) => <Expiry at={it.not_after} className="text-ink-3" /> },
  ];
  const actionsOf = (it: Certificate): readonly RowAction[] => [
    {
      label: 'Renew now',
      keys: 'R',
      icon: <RotateCw size={14} />,
      disabledReason: can.renew(caller, it),
      run: () => renew.mutate(it),
    },
    {
      label: 'Open the certificate',
      icon: <ScrollText size={14} />,
      run: () => void navigate({ to: `/certificates/${it.id}` }),
    },
  ];
  return (
    <>
      <div
        className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-surface px-5 py-2.5"
        data-print="no"
      >
        <ChoiceFilter
          label="When"
          onChange={(text) => set('renews', text === AHEAD ? undefined : text)}
          options={aheads}
          required
          single
          text={renews ?? AHEAD}
        />
        <span className="text-xs text-ink-3">
          A job is made when its turn comes; until then it moves with its policy, its issuer’s hints and its windows.
        </span>
      </div>
      <PagedGrid<Certificate>
        actionsOf={actionsOf}
        columns={columns}
        empty={
          <EmptyState
            actions={
              renews === '..365d' ? undefined : (
                <Button onClick={() => set('renews', '..365d')} variant="primary">
                  Look a year ahead
                </Button>
              )
            }
            icon={<CalendarClock size={24} strokeWidth={1.5} />}
            title="No renewal is planned in this time"
          >
            Nothing has its turn by then.
          </EmptyState>
        }
        follow={['certificate', 'renewal_policy']}
        hrefOf={(it) => `/certificates/${it.id}`}
        label="Planned renewals"
        nameOf={(it) => it.name}
        onTotal={onTotal}
        rows={listed('/certificates', { ...plannedQuery(renews), sort: 'renews' })}
        stillWorks="Renewals go on; only this list is affected."
      />
    </>
  );
}
