// Hides a need from the reader for a while, and shows it again. Others see it as before. Not for: quieting its alerts.
// Invariant: what is shown follows at once (it can be taken back); a refusal puts it right again.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { now } from '@/lib/clock';
import { dayAndTime } from '@/lib/time';
import { complain, say } from '@/ui/toast';

type Needs = Schemas['Needs'];

export interface Quiet {
  /** When it is back by itself; nothing when that is as soon as it changes. */
  until: string | null;
  reason?: string;
}

interface Hiding {
  id: string;
  name: string;
  until: number | null;
  reason?: string;
}

/** Until the server says when at the latest. */
const FAR = '9999-12-31T00:00:00Z';

/** The list with a need hidden until then, or shown. A list of what is hidden too keeps it. */
export function withQuiet(needs: Needs, id: string, quiet: Quiet | null, whole: boolean): Needs {
  const before = needs.items.find((need) => need.id === id);
  if (before === undefined) return needs;
  const was = before.hidden_until ? 1 : 0;
  const is = quiet === null ? 0 : 1;
  return {
    ...needs,
    hidden: (needs.hidden ?? 0) + is - was,
    items: needs.items.flatMap((need) =>
      need.id !== id
        ? [need]
        : is === 1 && !whole
          ? []
          : [
              {
                ...need,
                hidden_until: quiet === null ? null : (quiet.until ?? FAR),
                hidden_until_change: quiet !== null && quiet.until === null,
                hidden_because: quiet?.reason ?? null,
              },
            ],
    ),
  };
}

export function useNeedQuiet() {
  const queries = useQueryClient();
  const show = (id: string, quiet: Quiet | null) => {
    for (const [key, data] of queries.getQueriesData<Needs>({ queryKey: ['/needs'] })) {
      const params = key[1] as { query?: { hidden?: boolean } } | undefined;
      if (data) queries.setQueryData(key, withQuiet(data, id, quiet, params?.query?.hidden === true));
    }
  };
  const onSettled = () => void queries.invalidateQueries({ queryKey: ['/needs'] });
  const wake = useMutation({
    mutationFn: ({ id }: { id: string; name: string }) =>
      taken(client.DELETE('/needs/snooze', { params: { query: { cause: id } } })),
    onMutate: ({ id }) => show(id, null),
    onError: (error, { name }) => complain(`${name} is still hidden`, error),
    onSettled,
  });
  const hide = useMutation({
    mutationFn: ({ id, until, reason }: Hiding) =>
      taken(
        client.POST('/needs/snooze', {
          body: {
            cause: id,
            ...(until === null
              ? { until_change: true }
              : { for_seconds: Math.max(1, Math.round((until - now()) / 1000)) }),
            ...(reason ? { reason } : {}),
          },
        }),
      ),
    onMutate: ({ id, until, reason }) =>
      show(id, { until: until === null ? null : new Date(until).toISOString(), reason }),
    onSuccess: (_, { id, name, until }) =>
      say(`${name} is hidden from you`, {
        description: `${until === null ? 'Until it changes' : `Until ${dayAndTime(until)}`}. Others see it as before.`,
        undo: () => wake.mutate({ id, name }),
      }),
    onError: (error, { name }) => complain(`${name} was not hidden`, error),
    onSettled,
  });
  return { hide, wake };
}
