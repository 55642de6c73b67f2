// The alerts: what is so now, and what was. They open and close by what certctl sees; a person acknowledges or snoozes them.
// Not for: rules and channels, and what was sent.
import { useMutation } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { BellRing } from 'lucide-react';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { AlertTabs } from '@/components/alerts/tabs';
import type { Column } from '@/components/data-grid/data-grid';
import { PagedGrid } from '@/components/data-grid/paged-grid';
import { EmptyState } from '@/components/empty-state';
import { ChoiceFilter } from '@/components/filters/choice-filter';
import { useFilters } from '@/components/filters/use-filters';
import { StatusText } from '@/components/status-text';
import { TimeAgo, TimeUntil } from '@/components/times';
import { alertStates, severities } from '@/lib/alert-words';
import { now } from '@/lib/clock';
import type { Grammar } from '@/lib/list-grammar';
import { number, shortPrints } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/menu';
import { complain, say } from '@/ui/toast';

type Alert = Schemas['Alert'];

const fields: Grammar['fields'] = {
  state: { label: 'State', kind: 'set', tokens: Object.keys(alertStates) },
  severity: { label: 'Severity', kind: 'set', tokens: Object.keys(severities) },
  rule: { label: 'Rule', kind: 'text', api: 'rule_id' },
  certificate: { label: 'Certificate', kind: 'text', api: 'certificate_id' },
};

const pages: Record<string, string> = {
  certificate: '/certificates',
  agent: '/agents',
  issuer: '/issuers',
  job: '/jobs',
};
const HOUR = 3_600_000;

export function AlertsPage() {
  const filters = useFilters(fields);
  const router = useRouter();
  const reason = may(useCaller(), 'alerts.operate');
  const [total, setTotal] = useState<number>();
  const query = filters.query;
  const past = query.state === 'closed';
  const acknowledge = useMutation({
    mutationFn: (it: Alert) =>
      taken(client.POST('/alerts/{id}/acknowledge', { params: { path: { id: it.id } }, body: {} })),
    onSuccess: () => say('The alert is acknowledged', { description: 'No reminders until it becomes more urgent.' }),
    onError: (error) => complain('The alert was not acknowledged', error),
  });
  const unsnooze = useMutation({
    mutationFn: (it: Alert) => taken(client.POST('/alerts/{id}/unsnooze', { params: { path: { id: it.id } } })),
    onError: (error) => complain('The alert is still quiet', error),
  });
  const snooze = useMutation({
    mutationFn: ({ it, hours }: { it: Alert; hours: number | null }) =>
      taken(
        client.POST('/alerts/{id}/snooze', {
          params: { path: { id: it.id } },
          body: hours === null ? { until_change: true } : { until: new Date(now() + hours * HOUR).toISOString() },
        }),
      ),
    onSuccess: (_, { it }) => say('The alert is quiet', { undo: () => unsnooze.mutate(it) }),
    onError: (error) => complain('The alert was not snoozed', error),
  });
  const columns: readonly Column<Alert>[] = [
    { key: 'severity', label: 'Severity', width: 112, cell: (it) => <StatusText status={severities[it.severity]} /> },
    {
      key: 'what',
      label: 'What',
      width: 320,
      grow: 2,
      cell: (it) => {
        const page = pages[it.object_kind];
        const linked = page !== undefined && `${page}/$id` in router.routesByPath;
        return (
          <span title={shortPrints(it.cause)}>
            {linked ? (
              <Link className="rounded-chip font-medium hover:underline" tabIndex={-1} to={`${page}/${it.object_id}`}>
                {it.title}
              </Link>
            ) : (
              <span className="font-medium">{it.title}</span>
            )}
          </span>
        );
      },
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
                <Button disabledReason={reason} onClick={() => unsnooze.mutate(it)} size="sm" variant="ghost">
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
                  <MenuItem onSelect={() => snooze.mutate({ it, hours: 1 })}>For 1 hour</MenuItem>
                  <MenuItem onSelect={() => snooze.mutate({ it, hours: 4 })}>For 4 hours</MenuItem>
                  <MenuItem onSelect={() => snooze.mutate({ it, hours: 24 })}>For a day</MenuItem>
                  <MenuItem onSelect={() => snooze.mutate({ it, hours: null })}>Until it changes</MenuItem>
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
        hrefOf={(it) => {
          const page = pages[it.object_kind];
          return page !== undefined && `${page}/$id` in router.routesByPath ? `${page}/${it.object_id}` : '/alerts';
        }}
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
