// What changes a target or removes it: loaded when it is asked for.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client, q, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { DraftFaults } from '@/components/draft-faults';
import { SchemaForm } from '@/components/schema-form/schema-form';
import { TypedConfirm } from '@/components/typed-confirm';
import { ifMatch, useDraft } from '@/lib/draft';
import { faultsOf, labelOf, type Schema, tidied, type Values } from '@/lib/json-schema';
import { plural } from '@/lib/words';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { complain, say } from '@/ui/toast';

type Target = Schemas['Target'];

const words = (form: { name: string; values: Values }): Record<string, string> => ({
  Name: form.name,
  ...Object.fromEntries(
    Object.entries(tidied(form.values)).map(([key, value]) => [
      labelOf(key, {}),
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  ),
});

export function Edit({ it, schema, onClose }: { it: Target; schema: Schema; onClose: () => void }) {
  const queries = useQueryClient();
  const draft = useDraft(it, (target) => ({
    name: target?.name ?? '',
    values: (target?.config ?? {}) as Values,
  }));
  const { name, values } = draft.form;
  const base = draft.base ?? it;
  const [tried, setTried] = useState(false);
  const faults = faultsOf(schema, values);
  const moved = JSON.stringify(tidied(values)) !== JSON.stringify(tidied((base.config ?? {}) as Values));
  const reason = draft.stale
    ? 'choose one of the two versions first'
    : name.trim() === ''
      ? 'the name is empty'
      : draft.dirty
        ? null
        : 'nothing differs';
  const save = useMutation({
    mutationFn: () =>
      taken(
        client.PATCH('/targets/{id}', {
          params: { path: { id: it.id }, header: ifMatch(base) },
          body: { name: name.trim(), ...(moved ? { config: tidied(values) as never } : {}) },
        }),
      ),
    onSuccess: (next) => {
      queries.setQueryData(q('/targets/{id}', { path: { id: it.id } }).queryKey, next);
      say(`${next.name} is changed`, moved ? { description: 'What it serves is deployed again.' } : {});
      onClose();
    },
    onError: (error) => {
      if (ApiError.of(error).status === 412)
        void queries.invalidateQueries({ queryKey: q('/targets/{id}', { path: { id: it.id } }).queryKey });
    },
  });
  const confirm = () => {
    setTried(true);
    if (reason === null && Object.keys(faults).length === 0 && !save.isPending) save.mutate();
  };
  return (
    <Dialog
      className="max-w-160"
      description={moved ? 'A changed configuration starts a deployment of what the target serves.' : undefined}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button busy={save.isPending} disabledReason={reason} onClick={confirm} variant="primary">
            {moved ? 'Save and deploy' : 'Save'}
          </Button>
        </>
      }
      onConfirm={confirm}
      onOpenChange={(open) => !open && onClose()}
      open
      title={`Edit ${it.name}`}
    >
      <div className="flex flex-col gap-4">
        <DraftFaults
          draft={draft}
          mine={words(draft.form)}
          save={save}
          theirs={words({ name: it.name, values: (it.config ?? {}) as Values })}
          what="The target"
        />
        <TextField
          label="Name"
          maxLength={200}
          onChange={(event) => draft.change({ name: event.target.value })}
          value={name}
        />
        <SchemaForm
          faults={tried ? faults : {}}
          onChange={(next) => draft.change({ values: next })}
          schema={schema}
          values={values}
        />
      </div>
    </Dialog>
  );
}

export function Remove({ it, served, onClose }: { it: Target; served: number; onClose: () => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => taken(client.DELETE('/targets/{id}', { params: { path: { id: it.id } } })),
    onSuccess: () => {
      say(`${it.name} is removed`, { description: 'The files on its host stay as they are.' });
      void queries.invalidateQueries({ queryKey: ['grid', '/targets'] });
      void navigate({ to: '/targets' });
    },
    onError: (error) => complain(`${it.name} was not removed`, error),
  });
  return (
    <TypedConfirm
      action="Remove target"
      busy={remove.isPending}
      keep="Keep target"
      name={it.name}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      title={`Remove ${it.name}?`}
    >
      <ul className="flex list-disc flex-col gap-1 ps-4 text-ink-2">
        <li>
          {served > 0
            ? plural(served, {
                one: '# certificate still names it: take it off that one first, or the server refuses.',
                other: '# certificates still name it: take it off those first, or the server refuses.',
              })
            : 'No certificate names it.'}
        </li>
        <li>
          The files on the host stay, and what they hold is served until it expires. Nobody renews it there any more.
        </li>
      </ul>
    </TypedConfirm>
  );
}
