// What can be done with a need beside its next step: hide it, take care of its alerts, look at what it touches.
// Not for: the next step itself (need-action.tsx). Invariant: hiding is the reader's own, alerts are everybody's; the menu says which.
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Bell, BellOff, BellRing, Check, Clock, Eye, List, MessageSquareText, UserRound } from 'lucide-react';
import { useState } from 'react';
import { client, taken } from '@/api/client';
import type { Need, Schemas } from '@/api/types';
import { AssignDialog } from '@/components/alerts/assign-dialog';
import { type Person, usePeople } from '@/components/alerts/people';
import { useAlertActions } from '@/components/alerts/use-alert-actions';
import { type RowAction, RowMenu } from '@/components/row-menu';
import { now } from '@/lib/clock';
import { aboutNeed, alertCount, alertsFilter } from '@/lib/need-alerts';
import { quiets } from '@/lib/quiet';
import { plural } from '@/lib/words';
import { complain, say } from '@/ui/toast';
import { HideDialog } from './hide-dialog';
import { useNeedQuiet } from './use-need-quiet';

interface Props {
  need: Need;
  name: string;
  /** Leads to what it touches. */
  onLook: () => void;
  /** Leads to its alerts, with the filter that finds them. */
  onAlerts: (filter: Readonly<Record<string, string>>) => void;
}

/** So many alerts are taken care of in one go. */
const MOST = 500;

/** The alerts about it, and what is done with all of them. */
function useItsAlerts(need: Need) {
  const { reason, assign } = useAlertActions();
  const filter = alertsFilter(need);
  const find = async (): Promise<readonly Schemas['Alert'][]> => {
    const page = await taken(client.GET('/alerts', { params: { query: { ...filter, limit: MOST } as never } }));
    return page.items.filter(aboutNeed(need));
  };
  const give = useMutation({
    mutationFn: async (asked: { to: Person | null; why?: string }) => ({ ...asked, its: await find() }),
    onSuccess: (given) => assign.mutate(given),
    onError: (error) => complain('The alerts were not assigned', error),
  });
  const acknowledge = useMutation({
    mutationFn: async () => {
      const open = (await find()).filter(({ state }) => state === 'open');
      await taken(client.POST('/alerts/acknowledge', { body: { ids: open.map(({ id }) => id) } }));
      return open.length;
    },
    onSuccess: (alerts) =>
      say(plural(alerts, { one: 'Its alert is acknowledged', other: '# alerts are acknowledged' }), {
        description: 'No reminders until they become more urgent.',
      }),
    onError: (error) => complain('The alerts were not acknowledged', error),
  });
  const quiet = useMutation({
    mutationFn: async () => {
      const its = (await find()).filter(({ state }) => state !== 'snoozed');
      for (const { id } of its)
        await taken(client.POST('/alerts/{id}/snooze', { params: { path: { id } }, body: { until_change: true } }));
      return its;
    },
    onSuccess: (its) =>
      say(
        plural(its.length, {
          one: 'Its alert is quiet until it changes',
          other: '# alerts are quiet until they change',
        }),
        {
          undo: () => {
            Promise.all(
              its.map(({ id }) => taken(client.POST('/alerts/{id}/unsnooze', { params: { path: { id } } }))),
            ).catch((error) => complain('Not every alert is as it was', error));
          },
        },
      ),
    onError: (error) => complain('Not every alert is quiet', error),
  });
  return { reason, filter, give, acknowledge, quiet };
}

export function NeedMenu({ need, name, onLook, onAlerts }: Props) {
  const { hide, wake } = useNeedQuiet();
  const { reason: refusal, filter, give, acknowledge, quiet } = useItsAlerts(need);
  const { self } = usePeople(false);
  const [assigning, setAssigning] = useState(false);
  const [hiding, setHiding] = useState(false);
  const alerts = alertCount(need);
  const reason = refusal ?? (alerts > MOST ? `they are more than ${MOST}: too many for one go` : null);
  const navigate = useNavigate();
  const { rule_id: rule } = (need.params ?? {}) as { rule_id?: string };
  const actions = (): RowAction[] => [
    { label: 'Look at what it touches', icon: <Eye size={14} />, keys: 'O', printed: true, run: onLook },
    ...(need.hidden_until
      ? [{ label: 'Show it again', icon: <Clock size={14} />, run: () => wake.mutate({ id: need.id, name }) }]
      : quiets.map((each) => ({
          label: each.label,
          icon: <Clock size={14} />,
          group: 'Hide it from me',
          run: () => hide.mutate({ id: need.id, name, until: each.until(now()) }),
        }))),
    ...(need.hidden_until
      ? []
      : [
          {
            label: 'With a reason…',
            icon: <MessageSquareText size={14} />,
            group: 'Hide it from me',
            run: () => setHiding(true),
          },
        ]),
    ...(filter !== undefined && alerts > 0
      ? [
          {
            label: 'Acknowledge',
            icon: <Check size={14} />,
            run: () => acknowledge.mutate(),
            disabledReason: reason ?? (need.alerts.open === 0 ? 'nobody has to: none is open' : null),
          },
          {
            label: 'Quiet until it changes',
            icon: <BellOff size={14} />,
            run: () => quiet.mutate(),
            disabledReason: reason ?? (need.alerts.snoozed === alerts ? 'they are quiet already' : null),
          },
          ...(self
            ? [
                {
                  label: 'Assign to me',
                  icon: <UserRound size={14} />,
                  run: () => give.mutate({ to: self }),
                  disabledReason: reason,
                },
              ]
            : []),
          { label: 'Assign…', icon: <UserRound size={14} />, run: () => setAssigning(true), disabledReason: reason },
          {
            label: alerts === 1 ? 'Show it' : 'Show them',
            icon: need.rows.path === '/alerts' ? <List size={14} /> : <Bell size={14} />,
            run: () => onAlerts(filter),
          },
          ...(rule
            ? [
                {
                  label: 'Open its rule',
                  icon: <BellRing size={14} />,
                  run: () => void navigate({ to: `/alerts/rules/${rule}` }),
                },
              ]
            : []),
        ].map((action) => ({
          ...action,
          group: plural(alerts, { one: 'Its alert, for everybody', other: 'Its # alerts, for everybody' }),
        }))
      : []),
  ];
  return (
    <>
      <RowMenu actions={actions} name={name} />
      {hiding ? (
        <HideDialog
          name={name}
          onClose={() => setHiding(false)}
          onHide={(until, reason) => hide.mutate({ id: need.id, name, until, reason })}
        />
      ) : null}
      {assigning ? (
        <AssignDialog
          now={null}
          onAssign={(to, why) => give.mutate({ to, why })}
          onClose={() => setAssigning(false)}
          title={`Who takes ${name}?`}
        />
      ) : null}
    </>
  );
}
