// Makes the target of a draft and attaches certificates to it; then its page opens. Shared by the steps that can save.
// Invariant: it is made once; a certificate that could not be attached is named, and the target stays.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { client, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Certificate } from '@/api/types';
import { tidied } from '@/lib/json-schema';
import type { TargetDraft } from '@/lib/target-checks';
import { complain, say } from '@/ui/toast';
import { keepDraft } from './draft';

export function useSaveTarget(draft: TargetDraft, attached: readonly Certificate[]) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      const target = await taken(
        client.POST('/targets', {
          body: {
            name: draft.name.trim(),
            kind: draft.kind as 'nginx' | 'file',
            agent_id: draft.agent_id,
            config: tidied(draft.config) as never,
          },
        }),
      );
      const failed: string[] = [];
      for (const certificate of attached) {
        try {
          await taken(
            client.PATCH('/certificates/{id}', {
              params: { path: { id: certificate.id } },
              body: { target_ids: [...certificate.target_ids, target.id] },
            }),
          );
        } catch (error) {
          failed.push(`${certificate.name}: ${ApiError.of(error).sentence}`);
        }
      }
      return { target, failed };
    },
    onSuccess: ({ target, failed }) => {
      keepDraft(null);
      void queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => String(path).startsWith('/targets') });
      void queries.invalidateQueries({ queryKey: ['grid', '/targets'] });
      say(`${target.name} is saved`);
      if (failed.length > 0) complain('Not every certificate was attached', new Error(failed.join(' ')));
      void navigate({ to: `/targets/${target.id}` });
    },
  });
}
