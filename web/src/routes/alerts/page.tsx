// The alerts: what is so now, and what was. They open and close by what certctl sees; a person acknowledges or snoozes them.
// Not for: rules and channels, and what was sent.
import { Link } from '@tanstack/react-router';
import { BellRing } from 'lucide-react';
import { useState } from 'react';
import { client, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { AlertTabs } from '@/components/alerts/tabs';
import { snoozes, useAlertActions } from '@/components/alerts/use-alert-actions';
import type { Column } from '@/components/data-grid/data-grid';
import { PagedGrid } from '@/components/data-grid/paged-grid';
import { EmptyState } from '@/components/empty-state';
import { ChoiceFilter } from '@/components/filters/choice-filter';
import { useFilters } from '@/components/filters/use-filters';
import { StatusText } from '@/components/status-text';
import { TimeAgo, TimeUntil } from '@/components/times';
import { alertStates, severities } from '@/lib/alert-words';
import type { Grammar } from '@/lib/list-grammar';
import { number, shortPrints } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/menu';

type Alert = Schemas['Alert'];

const fields: Grammar['fields'] = {
  state: { label: 'State', kind: 'set', tokens: Object.keys(alertStates) },
  severity: { label: 'Severity', kind: 'set', tokens: Object.keys(severities) },
  rule: { label: 'Rule', kind: 'text', api: 'rule_id' },
  certificate: { label: 'Certificate', kind: 'text', api: 'certificate_id' },
};

export function AlertsPage() {
  const filters = useFilters(fields);
  const { reason, acknowledge, wake, snooze } = useAlertActions();
  const [total, setTotal] = useState<number>();
  const query = filters.query;
  const past = query.state === 'closed';
  const columns: readonly Column<Alert>[] = [
    { key: 'severity', label: 'Severity', width: 112, cell: (it) => <StatusText status={severities[it.severity]} /> },
    {
      key: 'what',
      label: 'What',
      width: 320,
      grow: 2,
      cell: (it) => (
        <Link
          className="rounded-chip font-medium hover:underline"
          tabIndex={-1}
          title={shortPrints(it.cause)}
          to={`/alerts/${it.id}`}
        >
          {it.title}
        </Link>
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
        {filters.search.rule || filters.search.certificate ? (
          <Button onClick={filters.reset} size="sm" variant="ghost">
            All alerts
          </Button>
        ) : null}
      </AlertTabs>
      {filters.ignored.length > 0 ? (
        <Banner className="border-b border-line px-5" tone="warn">
          Ignored: {filters.ignored.join(', ')}
        </Banner>
      ) : null}
      <PagedGrid<Alert>
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
        page={(cursor, limit, signal) =>
          taken(
            client.GET('/alerts', {
              params: { query: { ...query, cursor, limit, total: cursor === undefined } as never },
              signal,
            }),
          )
        }
        path="/alerts"
        query={query}
        stillWorks="Alerts are still sent."
      />
    </div>
  );
}
