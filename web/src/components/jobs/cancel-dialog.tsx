// Asks before a job is ended, and says what then is so (tier 2).
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, taken } from '@/api/client';
import type { Job } from '@/api/types';
import { Impacts } from '@/components/impacts';
import { TypedConfirm } from '@/components/typed-confirm';
import { TextField } from '@/ui/field';
import { complain, say } from '@/ui/toast';

export function CancelDialog({ it, title, onClose }: { it: Job; title: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const cancel = useMutation({
    mutationFn: () =>
      taken(
        client.POST('/jobs/{id}/cancel', {
          params: { path: { id: it.id } },
          body: { reason: reason.trim() || undefined },
        }),
      ),
    onSuccess: () => {
      for (const path of ['/jobs', '/jobs/{id}', '/certificates/{id}', '/certificates/{id}/timeline'])
        void queries.invalidateQueries({ queryKey: [path] });
      say(`${title}: cancelled`);
      onClose();
    },
    onError: (error) => complain('It was not cancelled', error),
  });
  return (
    <TypedConfirm
      action="Cancel job"
      busy={cancel.isPending}
      keep="Let it go on"
      onClose={onClose}
      onConfirm={() => cancel.mutate()}
      title={`Cancel “${title}”?`}
    >
      <Impacts
        items={[
          {
            glyph: 'archived',
            tone: 'neutral',
            text: 'It ends here and is not tried again. What was done stays done.',
          },
          it.kind === 'Deployment' || it.kind === 'Validation'
            ? { glyph: 'warning', tone: 'warn', text: 'The target goes on with what it serves now.' }
            : {
                glyph: 'warning',
                tone: 'warn',
                text: 'The certificate keeps its present version; its policy may begin another renewal.',
              },
        ]}
      />
      <TextField
        help="For the audit trail"
        label="Reason"
        onChange={(event) => setReason(event.target.value)}
        optional
        value={reason}
      />
    </TypedConfirm>
  );
}
