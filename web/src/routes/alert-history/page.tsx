// What was said of alerts, to whom, and what the receivers answered; what was given up is sent again from here.
// Not for: alerts themselves. Invariant: "sent" is only what the server holds a receipt of.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { BellRing, Mailbox, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { AlertTabs } from '@/components/alerts/tabs';
import type { Column } from '@/components/data-grid/data-grid';
import { begins, listed } from '@/components/data-grid/listed';
import { PagedGrid } from '@/components/data-grid/paged-grid';
import { useColumns } from '@/components/data-grid/use-columns';
import { EmptyState } from '@/components/empty-state';
import { ChoiceFilter } from '@/components/filters/choice-filter';
import { queryOf, useFilters } from '@/components/filters/use-filters';
import type { RowAction } from '@/components/row-menu';
import { StatusGlyph } from '@/components/status-glyph';
import { StatusText } from '@/components/status-text';
import { TimeAgo } from '@/components/times';
import { deliveryStates, notificationEvents, severities, severityOptions } from '@/lib/alert-words';
import { retriable } from '@/lib/deliveries';
import type { Grammar } from '@/lib/list-grammar';
import { number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { complain, say } from '@/ui/toast';
import { NotificationPeek } from './peek';

type Notification = Schemas['Notification'];

const fields: Grammar['fields'] = {
  state: { label: 'Delivery', kind: 'set', tokens: Object.keys(deliveryStates) },
  event: { label: 'Event', kind: 'set', tokens: Object.keys(notificationEvents) },
  severity: { label: 'Severity', kind: 'set', tokens: Object.keys(severities) },
  channel: { label: 'Channel', kind: 'text', api: 'notifier_id' },
  alert: { label: 'Alert', kind: 'text', api: 'alert_id' },
  certificate: { label: 'Certificate', kind: 'text', api: 'certificate_id' },
};

/** Asks for the rows before the page is drawn. */
export const begin = begins('/notifications', (search) => queryOf(fields, search));

export function AlertHistoryPage() {
  const filters = useFilters(fields);
  const reason = may(useCaller(), 'notifications.operate');
  const channels = useQuery(q('/notifiers', { query: { limit: 500 } })).data;
  const [total, setTotal] = useState<number>();
  const channelName = (id: string | null | undefined) =>
    id ? (channels?.items.find((each) => each.id === id)?.name ?? id) : 'nobody';
  const retry = useMutation({
    mutationFn: (it: Notification) =>
      taken(client.POST('/notifications/{id}/retry', { params: { path: { id: it.id } } })),
    onSuccess: (_, it) => say(`“${it.title}” is sent again`),
    onError: (error) => complain('It was not sent again', error),
  });
  const peek = filters.search.peek;
  const columns: readonly Column<Notification>[] = [
    {
      key: 'at',
      label: 'Said',
      width: 104,
      cell: (it) => <TimeAgo at={it.created_at} className="text-ink-3" />,
    },
    { key: 'severity', label: 'Severity', width: 104, cell: (it) => <StatusText status={severities[it.severity]} /> },
    {
      key: 'event',
      label: 'Event',
      width: 112,
      cell: (it) => <span className="text-ink-2">{notificationEvents[it.event]}</span>,
    },
    {
      key: 'what',
      label: 'What',
      width: 280,
      grow: 2,
      cell: (it) => (
        <button
          className="max-w-full truncate rounded-chip text-start font-medium hover:underline"
          onClick={() => filters.set('peek', it.id)}
          tabIndex={-1}
          title={it.title}
          type="button"
        >
          {it.title}
        </button>
      ),
    },
    {
      key: 'to',
      label: 'To',
      width: 260,
      grow: 1,
      cell: (it) => (
        <span className="flex items-center gap-3 overflow-hidden">
          {it.deliveries.map((each, place) => {
            const word = deliveryStates[each.state];
            return (
              <span
                className="inline-flex min-w-0 items-center gap-1.5"
                key={place.toString()}
                title={`${word.label}${each.receipt ? `: ${each.receipt}` : each.error ? `: ${each.error}` : ''}`}
              >
                <StatusGlyph glyph={word.glyph} size={14} tone={word.tone} />
                <span className="truncate">{channelName(each.notifier_id)}</span>
                <span className="sr-only">: {word.label}</span>
              </span>
            );
          })}
        </span>
      ),
    },
    {
      key: 'do',
      label: 'Action',
      width: 96,
      cell: (it) =>
        retriable(it) ? (
          <Button
            busy={retry.isPending && retry.variables?.id === it.id}
            disabledReason={reason}
            icon={<RotateCw size={14} />}
            onClick={() => retry.mutate(it)}
            size="sm"
          >
            Retry
          </Button>
        ) : null,
    },
  ];
  const navigate = useNavigate();
  const actionsOf = (it: Notification): readonly RowAction[] => [
    {
      label: 'Send again',
      keys: 'R',
      icon: <RotateCw size={14} />,
      disabledReason: reason ?? (retriable(it) ? null : 'nothing of it was given up'),
      run: () => retry.mutate(it),
    },
    ...(it.alert_id
      ? [
          {
            label: 'Open the alert',
            icon: <BellRing size={14} />,
            run: () => void navigate({ to: `/alerts/${it.alert_id}` }),
          },
        ]
      : []),
  ];
  const dead = filters.search.state === 'dead,undeliverable';
  const grid = useColumns(columns);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader count={total === undefined ? undefined : number(total)} title="Alert history" />
      <AlertTabs active="history">{grid.chooser}</AlertTabs>
      <div
        className="flex min-h-13 shrink-0 flex-wrap items-center gap-2 border-b border-line bg-surface px-5 py-2"
        data-print="no"
      >
        <Button
          aria-pressed={dead}
          data-pressed={dead || undefined}
          onClick={() => filters.set('state', dead ? undefined : 'dead,undeliverable')}
          size="sm"
          variant="ghost"
        >
          Not delivered
        </Button>
        <ChoiceFilter
          label="Delivery"
          onChange={(text) => filters.set('state', text)}
          options={Object.entries(deliveryStates).map(([value, word]) => ({ value, label: word.label }))}
          text={filters.search.state}
        />
        <ChoiceFilter
          label="Event"
          onChange={(text) => filters.set('event', text)}
          options={Object.entries(notificationEvents).map(([value, label]) => ({ value, label }))}
          text={filters.search.event}
        />
        <ChoiceFilter
          label="Severity"
          onChange={(text) => filters.set('severity', text)}
          options={severityOptions}
          text={filters.search.severity}
        />
        <ChoiceFilter
          label="Channel"
          onChange={(text) => filters.set('channel', text)}
          options={(channels?.items ?? []).map((each) => ({ value: each.id, label: each.name }))}
          single
          text={filters.search.channel}
        />
      </div>
      {filters.ignored.length > 0 ? (
        <Banner className="border-b border-line px-5" tone="warn">
          Ignored: {filters.ignored.join(', ')}
        </Banner>
      ) : null}
      <div className="flex min-h-0 flex-1">
        <PagedGrid<Notification>
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
              icon={<Mailbox size={20} strokeWidth={1.75} />}
              title={
                dead ? 'Everything was delivered' : filters.filtered ? 'No message matches' : 'Nothing was said yet'
              }
            >
              {dead
                ? 'No message was given up, and each had a receiver.'
                : filters.filtered
                  ? 'With fewer filters there may be some.'
                  : 'Each message about an alert is kept here with what its receivers answered.'}
            </EmptyState>
          }
          follow={['notification']}
          label="Messages"
          nameOf={(it) => it.title}
          onEscape={() => {
            if (peek === undefined) return false;
            filters.set('peek', undefined);
            return true;
          }}
          onOpen={(it) => filters.set('peek', it.id)}
          onTotal={setTotal}
          rows={listed('/notifications', filters.query)}
          stillWorks="Alerts are still sent."
        />
        {peek ? (
          <NotificationPeek
            channelName={channelName}
            id={peek}
            onClose={() => filters.set('peek', undefined)}
            onRetry={(it) => retry.mutate(it)}
            reason={reason}
            retrying={retry.isPending}
          />
        ) : null}
      </div>
    </div>
  );
}
