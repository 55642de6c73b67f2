// Renews one certificate: done at once, said with a link. Not for: many (the plan dialog).
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { client, taken } from '@/api/client';
import { complain, say } from '@/ui/toast';

export function useRenew() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ id }: { id: string; name: string }) =>
      taken(client.POST('/certificates/{id}/renew', { params: { path: { id } }, body: { force: true } })),
    onSuccess: (_answer, { id, name }) => {
      void queries.invalidateQueries({ queryKey: ['/certificates/{id}'] });
      say(`Renewal of ${name} started`, {
        action: { label: 'Show', run: () => void navigate({ to: `/certificates/${id}` }) },
      });
    },
    onError: (error, { name }) => complain(`${name} could not be renewed`, error),
  });
}
