// Acknowledge, snooze and wake an alert, with what is said of it. Not for: drawing.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { now } from '@/lib/clock';
import { complain, say } from '@/ui/toast';

type Alert = Schemas['Alert'];
const HOUR = 3_600_000;

export const snoozes: readonly { label: string; hours: number | null }[] = [
  { label: 'For 1 hour', hours: 1 },
  { label: 'For 4 hours', hours: 4 },
  { label: 'For a day', hours: 24 },
  { label: 'Until it changes', hours: null },
];

export function useAlertActions() {
  const queries = useQueryClient();
  const reason = may(useCaller(), 'alerts.operate');
  const onSettled = () => void queries.invalidateQueries({ queryKey: ['/alerts/{id}'] });
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
    mutationFn: ({ it, hours }: { it: Alert; hours: number | null }) =>
      taken(
        client.POST('/alerts/{id}/snooze', {
          params: { path: { id: it.id } },
          body: hours === null ? { until_change: true } : { until: new Date(now() + hours * HOUR).toISOString() },
        }),
      ),
    onSuccess: (_, { it }) => say('The alert is quiet', { undo: () => wake.mutate(it) }),
    onError: (error) => complain('The alert was not snoozed', error),
    onSettled,
  });
  return { reason, acknowledge, wake, snooze };
}
