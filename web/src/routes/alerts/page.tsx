// The alerts: what is so now, and what was. They open and close by what certctl sees; a person acknowledges, snoozes or assigns
// them.
// Not for: rules and channels, and what was sent.
import { Bell, BellOff, BellRing, Check, UserRound } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '@/api/types';
import { AssignDialog } from '@/components/alerts/assign-dialog';
import { usePeople } from '@/components/alerts/people';
import { SnoozeDialog } from '@/components/alerts/snooze-dialog';
import { AlertTabs } from '@/components/alerts/tabs';
import { snoozes, useAlertActions } from '@/components/alerts/use-alert-actions';
import type { Column } from '@/components/data-grid/data-grid';
import { begins, listed } from '@/components/data-grid/listed';
import { PagedGrid } from '@/components/data-grid/paged-grid';
import { useColumns } from '@/components/data-grid/use-columns';
import { EmptyState } from '@/components/empty-state';
import { ChoiceFilter } from '@/components/filters/choice-filter';
import { FilterMenu } from '@/components/filters/filter-menu';
import { queryOf, useFilters } from '@/components/filters/use-filters';
import type { RowAction } from '@/components/row-menu';
import { StatusText } from '@/components/status-text';
import { TimeAgo, TimeUntil } from '@/components/times';
import { alertGrammar } from '@/lib/alert-grammar';
import { alertKinds, alertStates, severities } from '@/lib/alert-words';
import { number, shortPrints } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/menu';
import { RowLink } from '@/ui/row-link';

type Alert = Schemas['Alert'];

/** Asks for the rows before the page is drawn. */
export const begin = begins('/alerts', (search) => queryOf(alertGrammar.fields, search));

export function AlertsPage() {
  const filters = useFilters(alertGrammar.fields);
  const { reason, acknowledge, wake, snooze, assign } = useAlertActions();
  const { self, people } = usePeople();
  const [assigning, setAssigning] = useState<Alert | null>(null);
  const [snoozing, setSnoozing] = useState<Alert | null>(null);
  const [total, setTotal] = useState<number>();
  const query = filters.query;
  const past = query.state === 'closed';
  const personOf = (id: string | null) =>
    id === null ? 'nobody' : (people.find((each) => each.id === id)?.name ?? id);
  const actionsOf = (it: Alert): readonly RowAction[] => {
    const off = reason ?? (it.state === 'closed' ? 'it has ended' : null);
    return [
      {
        label: 'Acknowledge',
        keys: 'A',
        icon: <Check size={14} />,
        disabledReason: off ?? (it.state === 'acknowledged' ? 'it is acknowledged' : null),
        run: () => acknowledge.mutate(it),
      },
      ...(self && it.assigned_to !== self.id
        ? [
            {
              label: 'Assign to me',
              icon: <UserRound size={14} />,
              disabledReason: off,
              run: () => assign.mutate({ its: [it], to: self }),
            },
          ]
        : []),
      { label: 'Assign…', icon: <UserRound size={14} />, disabledReason: off, run: () => setAssigning(it) },
      ...(it.state === 'snoozed'
        ? [{ label: 'Wake', icon: <Bell size={14} />, disabledReason: off, run: () => wake.mutate(it) }]
        : snoozes.map((each) => ({
            label: each.label,
            group: 'Snooze',
            icon: <BellOff size={14} />,
            disabledReason: off,
            run: () => snooze.mutate({ it, hours: each.hours }),
          }))),
      ...(it.state === 'snoozed'
        ? []
        : [
            {
              label: 'With a reason…',
              group: 'Snooze',
              icon: <BellOff size={14} />,
              disabledReason: off,
              run: () => setSnoozing(it),
            },
          ]),
    ];
  };
  const columns: readonly Column<Alert>[] = [
    { key: 'severity', label: 'Severity', width: 112, cell: (it) => <StatusText status={severities[it.severity]} /> },
    {
      key: 'what',
      label: 'What',
      width: 320,
      grow: 2,
      cell: (it) => (
        <RowLink title={shortPrints(it.cause)} to={`/alerts/${it.id}`}>
          {it.title}
        </RowLink>
      ),
    },
    {
      key: 'state',
      label: 'State',
      width: 168,
      cell: (it) => (
        <span className="text-ink-2">
          {alertStates[it.state]}
          {it.snoozed_until ? (
            <>
              , ends <TimeUntil at={it.snoozed_until} />
            </>
          ) : null}
        </span>
      ),
    },
    {
      key: 'assigned',
      label: 'Assigned to',
      width: 132,
      grow: 0.5,
      cell: (it) =>
        it.assigned_to ? (
          <span className="text-ink-2">{it.assigned_to_name ?? it.assigned_to}</span>
        ) : (
          <span className="text-ink-3 italic">nobody</span>
        ),
    },
    { key: 'opened', label: 'Began', width: 112, cell: (it) => <TimeAgo at={it.opened_at} className="text-ink-3" /> },
    past
      ? {
          key: 'closed',
          label: 'Ended',
          width: 112,
          cell: (it) => <TimeAgo at={it.closed_at} className="text-ink-3" />,
        }
      : {
          key: 'do',
          label: 'Action',
          width: 200,
          cell: (it) => (
            <span className="flex items-center gap-1">
              <Button
                disabledReason={reason ?? (it.state === 'acknowledged' ? 'it is acknowledged' : null)}
                onClick={() => acknowledge.mutate(it)}
                size="sm"
              >
                Acknowledge
              </Button>
              {it.state === 'snoozed' ? (
                <Button disabledReason={reason} onClick={() => wake.mutate(it)} size="sm" variant="ghost">
                  Wake
                </Button>
              ) : (
                <Menu
                  align="end"
                  trigger={
                    <Button disabledReason={reason} size="sm" variant="ghost">
                      Snooze
                    </Button>
                  }
                >
                  {snoozes.map((each) => (
                    <MenuItem key={each.label} onSelect={() => snooze.mutate({ it, hours: each.hours })}>
                      {each.label}
                    </MenuItem>
                  ))}
                </Menu>
              )}
            </span>
          ),
        },
  ];
  const grid = useColumns(columns);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader count={total === undefined ? undefined : number(total)} title="Alerts" />
      <AlertTabs active="active">
        <ChoiceFilter
          label="State"
          onChange={(text) => filters.set('state', text)}
          options={Object.entries(alertStates).map(([value, label]) => ({ value, label }))}
          text={filters.search.state}
        />
        <ChoiceFilter
          label="Severity"
          onChange={(text) => filters.set('severity', text)}
          options={Object.entries(severities).map(([value, word]) => ({ value, label: word.label }))}
          text={filters.search.severity}
        />
        <ChoiceFilter
          label="Kind"
          onChange={(text) => filters.set('kind', text)}
          options={Object.entries(alertKinds).map(([value, label]) => ({ value, label }))}
          text={filters.search.kind}
        />
        <FilterMenu
          label="Assigned to"
          labelOf={personOf}
          onChange={(text) => filters.set('assigned', text)}
          options={[
            { value: null, label: 'nobody' },
            ...people.map((each) => ({
              value: each.id,
              label: each.id === self?.id ? `${each.name} (you)` : each.name,
            })),
          ]}
          text={filters.search.assigned}
        />
        {(['rule', 'certificate', 'agent', 'issuer'] as const).some((key) => filters.search[key]) ? (
          <Button onClick={filters.reset} size="sm" variant="ghost">
            All alerts
          </Button>
        ) : null}
        {grid.chooser}
      </AlertTabs>
      {filters.ignored.length > 0 ? (
        <Banner className="border-b border-line px-5" tone="warn">
          Ignored: {filters.ignored.join(', ')}
        </Banner>
      ) : null}
      <PagedGrid<Alert>
        actionsOf={actionsOf}
        columns={grid.columns}
        empty={
          <EmptyState
            actions={
              filters.filtered ? (
                <Button onClick={filters.reset} variant="primary">
                  Reset the filters
                </Button>
              ) : undefined
            }
            icon={<BellRing size={20} strokeWidth={1.75} />}
            title={filters.filtered ? 'No alert matches' : past ? 'No alert has ended yet' : 'No alert is active'}
          >
            {filters.filtered
              ? 'With fewer filters there may be some.'
              : 'An alert opens by itself when something deserves an eye, and closes when it is no longer so.'}
          </EmptyState>
        }
        follow={['alert']}
        hrefOf={(it) => `/alerts/${it.id}`}
        label="Alerts"
        nameOf={(it) => it.title}
        onTotal={setTotal}
        rows={listed('/alerts', query)}
        stillWorks="Alerts are still sent."
      />
      {snoozing ? (
        <SnoozeDialog
          onClose={() => setSnoozing(null)}
          onSnooze={(hours, why) => snooze.mutate({ it: snoozing, hours, why })}
          title="Snooze this alert?"
        />
      ) : null}
      {assigning ? (
        <AssignDialog
          now={assigning.assigned_to ?? null}
          onAssign={(to, why) => assign.mutate({ its: [assigning], to, why })}
          onClose={() => setAssigning(null)}
          title="Who takes this alert?"
        />
      ) : null}
    </div>
  );
}
