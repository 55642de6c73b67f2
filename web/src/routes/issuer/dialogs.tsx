// Renames an issuer, or removes it (which is typed).
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client, q, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { TypedConfirm } from '@/components/typed-confirm';
import { plural } from '@/lib/words';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { complain, say } from '@/ui/toast';

type Issuer = Schemas['Issuer'];

export function Rename({ it, onClose }: { it: Issuer; onClose: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState(it.name);
  const reason = name.trim() === '' ? 'it cannot be empty' : name.trim() === it.name ? 'nothing differs' : null;
  const save = useMutation({
    mutationFn: () =>
      taken(client.PATCH('/issuers/{id}', { params: { path: { id: it.id } }, body: { name: name.trim() } })),
    onSuccess: (next) => {
      queries.setQueryData(q('/issuers/{id}', { path: { id: it.id } }).queryKey, next);
      void queries.invalidateQueries({ queryKey: ['/issuers'] });
      onClose();
    },
    onError: (error) => complain(`${it.name} was not renamed`, error),
  });
  const confirm = () => {
    if (reason === null && !save.isPending) save.mutate();
  };
  return (
    <Dialog
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button busy={save.isPending} disabledReason={reason} onClick={confirm} variant="primary">
            Save
          </Button>
        </>
      }
      onConfirm={confirm}
      onOpenChange={(open) => !open && onClose()}
      open
      title={`Rename ${it.name}`}
    >
      <TextField label="Name" maxLength={200} onChange={(event) => setName(event.target.value)} value={name} />
    </Dialog>
  );
}

export function Remove({ it, held, onClose }: { it: Issuer; held: number; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => taken(client.DELETE('/issuers/{id}', { params: { path: { id: it.id } } })),
    onSuccess: () => {
      say(`${it.name} is removed`);
      void queries.invalidateQueries({ queryKey: ['/issuers'] });
      void navigate({ to: '/issuers' });
    },
    onError: (error) => complain(`${it.name} was not removed`, error),
  });
  return (
    <TypedConfirm
      action="Remove issuer"
      busy={remove.isPending}
      keep="Keep issuer"
      name={it.name}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      title={`Remove ${it.name}?`}
    >
      <ul className="flex list-disc flex-col gap-1 ps-4 text-ink-2">
        <li>
          {held > 0
            ? plural(held, {
                one: '# certificate renews with it. Archive it first, or the server refuses.',
                other: '# certificates renew with it. Archive them first, or the server refuses.',
              })
            : 'No certificate renews with it.'}
        </li>
        <li>What it has signed stays valid until it expires.</li>
      </ul>
    </TypedConfirm>
  );
}
