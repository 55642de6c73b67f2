// One alert: what is so and why, what it is about, what people did, and all that was said of it to whom. Messages link here.
// Not for: putting it right (the page of what it is about). Invariant: it opens and closes by what certctl sees, never by hand.
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useNames } from '@/api/caller';
import { q } from '@/api/client';
import { useActorName } from '@/api/lookups';
import type { Schemas } from '@/api/types';
import { AssignDialog } from '@/components/alerts/assign-dialog';
import { Deliveries } from '@/components/alerts/deliveries';
import { SnoozeDialog } from '@/components/alerts/snooze-dialog';
import { snoozes, useAlertActions } from '@/components/alerts/use-alert-actions';
import { ErrorState } from '@/components/error-state';
import { StatusGlyph } from '@/components/status-glyph';
import { TimeAgo, Timestamp, TimeUntil } from '@/components/times';
import { alertKinds, alertStates, notificationEvents, objectPages, severities } from '@/lib/alert-words';
import { sentence } from '@/lib/cause-words';
import { useKeys } from '@/lib/keyboard';
import { readTimes } from '@/lib/time';
import { count, number, shortPrints } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Button, ButtonLink } from '@/ui/button';
import { CopyId } from '@/ui/copy';
import { TextLink } from '@/ui/link';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';
import { SkeletonRows } from '@/ui/skeleton';

type Alert = Schemas['Alert'];

const crumbs = [{ label: 'Alerts', to: '/alerts' }];

export function AlertPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const alert = useQuery(q('/alerts/{id}', { path: { id } }));
  if (alert.data) return <Detail it={alert.data} key={id} />;
  return (
    <>
      <PageHeader crumbs={crumbs} title={id} />
      {alert.isError ? (
        <ErrorState error={alert.error} onRetry={() => void alert.refetch()} what={`The alert ${id}`} />
      ) : (
        <SkeletonRows rows={8} />
      )}
    </>
  );
}

function Detail({ it }: { it: Alert }) {
  const nameOf = useNames();
  const { reason, acknowledge, wake, snooze, assign } = useAlertActions();
  const [assigning, setAssigning] = useState(false);
  const [snoozing, setSnoozing] = useState(false);
  const ended = it.state === 'closed' ? 'it has ended' : null;
  const page = objectPages[it.object_kind];
  const actorName = useActorName();
  const whoOf = (id: string) => actorName({ kind: id.startsWith('key-') ? 'api_key' : 'user', id });
  const severity = severities[it.severity];
  const known = reason ?? ended ?? (it.state === 'acknowledged' ? 'it is acknowledged' : null);
  useKeys([
    {
      keys: 'A',
      label: 'Acknowledge',
      group: 'This page',
      run: () => (known === null ? acknowledge.mutate(it) : false),
    },
  ]);
  const noun = it.object_kind === 'notifier' ? 'channel' : it.object_kind.replaceAll('_', ' ');
  return (
    <div className="flex flex-col gap-4 p-6 tablet:p-4">
      <PageHeader crumbs={crumbs} plain title={it.title} />
      <header className="flex max-w-340 flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1 basis-100">
          <h1 className="flex items-start gap-2.5 text-xl font-semibold">
            <StatusGlyph
              className="mt-1.5"
              glyph={severity.glyph}
              size={18}
              tone={it.state === 'closed' ? 'neutral' : severity.tone}
            />
            <span className="min-w-0 break-words">{it.title}</span>
          </h1>
          <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-2">
            <span>
              {severity.label}, {alertStates[it.state].toLowerCase()}
              {it.snoozed_until ? (
                <>
                  , ends <TimeUntil at={it.snoozed_until} />
                </>
              ) : it.snoozed_until_change ? (
                ' until it changes'
              ) : null}
            </span>
            <CopyId id={it.id} label="Copy the alert's id" />
          </div>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Button
            busy={acknowledge.isPending}
            disabledReason={known}
            onClick={() => acknowledge.mutate(it)}
            variant={page ? 'outline' : 'primary'}
          >
            Acknowledge
          </Button>
          <Button busy={assign.isPending} disabledReason={reason ?? ended} onClick={() => setAssigning(true)}>
            Assign…
          </Button>
          {it.state === 'snoozed' ? (
            <Button disabledReason={reason} onClick={() => wake.mutate(it)}>
              Wake
            </Button>
          ) : (
            <Menu align="end" trigger={<Button disabledReason={reason ?? ended}>Snooze</Button>}>
              {snoozes.map((each) => (
                <MenuItem key={each.label} onSelect={() => snooze.mutate({ it, hours: each.hours })}>
                  {each.label}
                </MenuItem>
              ))}
              <MenuSeparator />
              <MenuItem onSelect={() => setSnoozing(true)}>With a reason…</MenuItem>
            </Menu>
          )}
          {page ? (
            <ButtonLink to={`${page}/${it.object_id}`} variant="primary">
              Open the {noun}
            </ButtonLink>
          ) : null}
        </div>
      </header>
      <div className="grid max-w-340 grid-cols-[minmax(0,1fr)_22rem] items-start gap-4 max-xl:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-4">
          <Panel title="Why">
            <p className="max-w-180 break-words">{sentence(readTimes(shortPrints(it.cause)))}</p>
            {it.closed_because ? (
              <p className="mt-2 text-ink-2">
                It ended <TimeAgo at={it.closed_at} />: {it.closed_because.replaceAll('_', ' ')}.
              </p>
            ) : null}
            {it.note ? <p className="mt-2 text-ink-2">Somebody said: {it.note}</p> : null}
          </Panel>
          <Said id={it.id} />
          {snoozing ? (
            <SnoozeDialog
              onClose={() => setSnoozing(false)}
              onSnooze={(hours, why) => snooze.mutate({ it, hours, why })}
              title="Snooze this alert?"
            />
          ) : null}
          {assigning ? (
            <AssignDialog
              now={it.assigned_to ?? null}
              onAssign={(to, why) => assign.mutate({ its: [it], to, why })}
              onClose={() => setAssigning(false)}
              title="Who takes this alert?"
            />
          ) : null}
        </div>
        <Panel flush title="Facts">
          <PropertyList
            items={[
              ['Kind', alertKinds[it.kind]],
              [
                'About',
                page ? (
                  <TextLink key="about" to={`${page}/${it.object_id}`}>
                    {noun} {it.object_id}
                  </TextLink>
                ) : (
                  `${noun} ${it.object_id}`
                ),
              ],
              it.rule_id
                ? [
                    'Rule',
                    <TextLink key="rule" to={`/alerts/rules/${it.rule_id}`}>
                      what it looks for
                    </TextLink>,
                  ]
                : null,
              it.members > 1 ? ['Covers', number(it.members)] : null,
              it.team_id ? ['Team', nameOf(it.team_id)] : null,
              it.owner_id ? ['Owner', nameOf(it.owner_id)] : null,
              it.environment ? ['Environment', it.environment] : null,
              ['Began', <Timestamp at={it.opened_at} key="began" />],
              it.count > 1 ? ['Began or changed', count(it.count, 'time')] : null,
              it.closed_at
                ? ['Ended', <Timestamp at={it.closed_at} key="ended" />]
                : ['Last seen', <TimeAgo at={it.last_seen_at} key="seen" />],
              [
                'Assigned to',
                it.assigned_to ? (
                  <span key="assigned">
                    {it.assigned_to_name ?? it.assigned_to}
                    {it.assigned_at ? (
                      <>
                        , <TimeAgo at={it.assigned_at} />
                      </>
                    ) : null}
                  </span>
                ) : (
                  'nobody'
                ),
              ],
              it.escalated_at ? ['Escalated', <TimeAgo at={it.escalated_at} key="escalated" />] : null,
              it.acknowledged_at
                ? [
                    'Acknowledged',
                    <span key="ack">
                      <TimeAgo at={it.acknowledged_at} />
                      {it.acknowledged_by ? ` by ${whoOf(it.acknowledged_by)}` : ''}
                    </span>,
                  ]
                : null,
            ]}
          />
        </Panel>
      </div>
    </div>
  );
}

const SHOWN = 20;

function Said({ id }: { id: string }) {
  const said = useQuery(q('/notifications', { query: { alert_id: id, limit: SHOWN, total: true } }));
  const channels = useQuery(q('/notifiers', { query: { limit: 500 } })).data;
  const channelName = (channel: string | null | undefined) =>
    channel ? (channels?.items.find((each) => each.id === channel)?.name ?? channel) : 'nobody';
  const total = said.data?.total ?? 0;
  return (
    <Panel
      actions={
        total > 0 ? (
          <TextLink className="text-xs" search={{ alert: id } as never} to="/alerts/history">
            All {number(total)}
          </TextLink>
        ) : null
      }
      flush
      note="the latest first"
      title="What was said"
    >
      {said.isError && !said.data ? (
        <ErrorState error={said.error} onRetry={() => void said.refetch()} what="What was said" />
      ) : said.data === undefined ? (
        <SkeletonRows rows={2} />
      ) : said.data.items.length === 0 ? (
        <p className="px-4 py-5 text-ink-3">Nothing was said of it yet.</p>
      ) : (
        said.data.items.map((each) => (
          <div className="border-t border-line first:border-t-0" key={each.id}>
            <p className="flex gap-3 px-4 pt-3 pb-2">
              <span className="flex-1 font-medium">{notificationEvents[each.event]}</span>
              <TimeAgo at={each.created_at} className="text-xs text-ink-3" />
            </p>
            <Deliveries channelName={channelName} it={each} />
          </div>
        ))
      )}
    </Panel>
  );
}
