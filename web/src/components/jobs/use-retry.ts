// Begins another round of a job that has failed, and says so. Not for: many at once (by their cause, in the list of jobs).
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, taken } from '@/api/client';
import { complain, say } from '@/ui/toast';

export function useRetry() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => taken(client.POST('/jobs/{id}/retry', { params: { path: { id } }, body: {} })),
    onSuccess: () => {
      for (const path of ['/jobs', '/jobs/{id}', '/certificates/{id}', '/certificates/{id}/timeline'])
        void queries.invalidateQueries({ queryKey: [path] });
      say('Another round has begun');
    },
    onError: (error) => complain('It was not retried', error),
  });
}
