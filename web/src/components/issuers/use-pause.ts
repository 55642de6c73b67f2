// Pauses an issuer and lets it go on, with what is said of it. Not for: asking before (pause-dialog.tsx).
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { complain, say } from '@/ui/toast';

type Issuer = Schemas['Issuer'];

export function usePause() {
  const queries = useQueryClient();
  const reason = may(useCaller(), 'issuers.manage');
  const fresh = (next: Issuer) => {
    queries.setQueryData(q('/issuers/{id}', { path: { id: next.id } }).queryKey, next);
    for (const path of ['/issuers', '/jobs', '/jobs/{id}', '/needs'])
      void queries.invalidateQueries({ queryKey: [path] });
  };
  const resume = useMutation({
    mutationFn: (it: Issuer) => taken(client.POST('/issuers/{id}/resume', { params: { path: { id: it.id } } })),
    onSuccess: (next) => {
      fresh(next);
      say(`${next.name} takes orders again`, { description: 'What has waited for it runs now.' });
    },
    onError: (error, it) => complain(`${it.name} is still paused`, error),
  });
  const pause = useMutation({
    mutationFn: ({ it, why }: { it: Issuer; why: string }) =>
      taken(
        client.POST('/issuers/{id}/pause', {
          params: { path: { id: it.id } },
          body: why === '' ? {} : { reason: why },
        }),
      ),
    onSuccess: (next) => {
      fresh(next);
      say(`${next.name} takes no new orders`, { undo: () => resume.mutate(next) });
    },
    onError: (error, { it }) => complain(`${it.name} was not paused`, error),
  });
  return { reason, pause, resume };
}
