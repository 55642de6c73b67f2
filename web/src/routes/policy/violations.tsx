// The violations of a rule: which certificates break it or did, field by field. They open and close by what certctl sees.
// Not for: putting them right (the certificate's page).
import { ShieldCheck } from 'lucide-react';
import { useNames } from '@/api/caller';
import { useCertificateName } from '@/api/lookups';
import type { Schemas } from '@/api/types';
import type { Column } from '@/components/data-grid/data-grid';
import { listed } from '@/components/data-grid/listed';
import { PagedGrid } from '@/components/data-grid/paged-grid';
import { EmptyState } from '@/components/empty-state';
import { ChoiceFilter } from '@/components/filters/choice-filter';
import { useFilters } from '@/components/filters/use-filters';
import { TimeAgo } from '@/components/times';
import type { Grammar } from '@/lib/list-grammar';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { RowLink } from '@/ui/row-link';

type Violation = Schemas['Violation'];

const fields: Grammar['fields'] = {
  state: { label: 'State', kind: 'set', tokens: ['open', 'closed'] },
};

function Name({ id }: { id: string }) {
  const name = useCertificateName(id);
  return <RowLink to={`/certificates/${id}`}>{name}</RowLink>;
}

export function Violations({ it }: { it: Schemas['PolicyRule'] }) {
  const filters = useFilters(fields);
  const nameOf = useNames();
  const state = filters.query.state ?? 'open';
  const past = state.includes('closed');
  const columns: readonly Column<Violation>[] = [
    { key: 'name', label: 'Certificate', width: 240, grow: 1, cell: (row) => <Name id={row.certificate_id} /> },
    {
      key: 'what',
      label: 'What is wrong',
      width: 320,
      grow: 2,
      cell: (row) => {
        const words = row.breaches.map((each) => each.detail).join('; ');
        return <span title={words}>{words}</span>;
      },
    },
    { key: 'team', label: 'Team', width: 128, cell: (row) => <Unset>{nameOf(row.team_id)}</Unset> },
    { key: 'owner', label: 'Owner', width: 144, cell: (row) => <Unset>{nameOf(row.owner_id)}</Unset> },
    { key: 'environment', label: 'Environment', width: 128, cell: (row) => <Unset>{row.environment}</Unset> },
    { key: 'opened', label: 'Since', width: 112, cell: (row) => <TimeAgo at={row.opened_at} className="text-ink-3" /> },
    ...(past
      ? [
          {
            key: 'closed',
            label: 'Ended',
            width: 176,
            cell: (row: Violation) =>
              row.closed_at ? (
                <span className="text-ink-3" title={row.closed_because ?? undefined}>
                  <TimeAgo at={row.closed_at} />
                  {row.closed_because ? `, ${row.closed_because.replaceAll('_', ' ')}` : ''}
                </span>
              ) : (
                <span className="text-ink-3">open</span>
              ),
          },
        ]
      : []),
  ];
  return (
    <>
      <div className="flex h-13 shrink-0 items-center gap-2 border-b border-line bg-surface px-5">
        <ChoiceFilter
          label="State"
          onChange={(text) => filters.set('state', text)}
          options={[
            { value: 'open', label: 'Open' },
            { value: 'closed', label: 'Ended' },
          ]}
          text={filters.search.state}
        />
        {filters.search.state ? null : <span className="text-xs text-ink-3">those that are open</span>}
      </div>
      {filters.ignored.length > 0 ? (
        <Banner className="border-b border-line px-5" tone="warn">
          Ignored: {filters.ignored.join(', ')}
        </Banner>
      ) : null}
      <PagedGrid<Violation>
        columns={columns}
        empty={
          <EmptyState
            actions={
              filters.filtered ? (
                <Button onClick={filters.reset} variant="primary">
                  Reset the filters
                </Button>
              ) : undefined
            }
            icon={<ShieldCheck size={20} strokeWidth={1.75} />}
            title={past ? 'No violation has ended yet' : 'Nothing breaks this rule'}
          >
            {it.enabled
              ? 'A violation opens by itself when a certificate breaks the rule, and closes when it no longer does.'
              : 'The rule is switched off: it asks nothing.'}
          </EmptyState>
        }
        follow={['violation']}
        hrefOf={(row) => `/certificates/${row.certificate_id}`}
        label="Violations"
        nameOf={(row) => row.certificate_id}
        rows={listed('/policies/{id}/violations', { state }, { id: it.id })}
        stillWorks="Rules are still held."
      />
    </>
  );
}

const Unset = ({ children }: { children?: string | null }) =>
  children ? <span className="text-ink-2">{children}</span> : <span className="text-ink-3 italic">none</span>;
