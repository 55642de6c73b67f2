// Acknowledge, snooze, wake and assign alerts, with what is said of it. Not for: drawing.
// Invariant: what can be taken back offers it.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { now } from '@/lib/clock';
import { plural } from '@/lib/words';
import { complain, say } from '@/ui/toast';
import type { Person } from './people';

type Alert = Schemas['Alert'];
const HOUR = 3_600_000;

export const snoozes: readonly { label: string; hours: number | null }[] = [
  { label: 'For 1 hour', hours: 1 },
  { label: 'For 4 hours', hours: 4 },
  { label: 'For a day', hours: 24 },
  { label: 'Until it changes', hours: null },
];

export const assigned = (alerts: number, to: string | null) => {
  return to === null
    ? plural(alerts, { one: 'The alert is nobody’s now', other: '# alerts are nobody’s now' })
    : plural(alerts, { one: `The alert is assigned to ${to}`, other: `# alerts are assigned to ${to}` });
};

export function useAlertActions() {
  const queries = useQueryClient();
  const reason = may(useCaller(), 'alerts.operate');
  const onSettled = () => {
    void queries.invalidateQueries({ queryKey: ['/alerts/{id}'] });
    void queries.invalidateQueries({ queryKey: ['/needs'] });
  };
  const acknowledge = useMutation({
    mutationFn: (it: Alert) =>
      taken(client.POST('/alerts/{id}/acknowledge', { params: { path: { id: it.id } }, body: {} })),
    onSuccess: () => say('The alert is acknowledged', { description: 'No reminders until it becomes more urgent.' }),
    onError: (error) => complain('The alert was not acknowledged', error),
    onSettled,
  });
  const wake = useMutation({
    mutationFn: (it: Alert) => taken(client.POST('/alerts/{id}/unsnooze', { params: { path: { id: it.id } } })),
    onError: (error) => complain('The alert is still quiet', error),
    onSettled,
  });
  const snooze = useMutation({
    mutationFn: ({ it, hours, why }: { it: Alert; hours: number | null; why?: string }) =>
      taken(
        client.POST('/alerts/{id}/snooze', {
          params: { path: { id: it.id } },
          body: {
            ...(hours === null ? { until_change: true } : { until: new Date(now() + hours * HOUR).toISOString() }),
            ...(why ? { reason: why } : {}),
          },
        }),
      ),
    onSuccess: (_, { it }) => say('The alert is quiet', { undo: () => wake.mutate(it) }),
    onError: (error) => complain('The alert was not snoozed', error),
    onSettled,
  });
  const give = async (its: readonly { id: string; to: string | null }[], why?: string) => {
    for (const { id, to } of its)
      await taken(
        client.POST('/alerts/{id}/assign', {
          params: { path: { id } },
          body: { ...(to === null ? {} : { user_id: to }), ...(why ? { reason: why } : {}) },
        }),
      );
  };
  const assign = useMutation({
    mutationFn: ({ its, to, why }: { its: readonly Alert[]; to: Person | null; why?: string }) =>
      give(
        its.map(({ id }) => ({ id, to: to?.id ?? null })),
        why,
      ),
    onSuccess: (_, { its, to }) =>
      say(assigned(its.length, to?.name ?? null), {
        undo: () => {
          give(its.map((it) => ({ id: it.id, to: it.assigned_to ?? null }))).then(onSettled, (error) =>
            complain('It could not be taken back', error),
          );
        },
      }),
    onError: (error) => complain('Not every alert was assigned', error),
    onSettled,
  });
  return { reason, acknowledge, wake, snooze, assign };
}
