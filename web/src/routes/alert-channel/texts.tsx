// The texts of a channel's messages: the built-in ones or its own, and how one would look. Not for: sending.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, q, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import { FormFault } from '@/components/form-fault';
import { ifMatch } from '@/lib/draft';
import { useSettled } from '@/lib/settled';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { TextArea } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';
import { say } from '@/ui/toast';

type Part = 'title' | 'text';

export function Texts({ it, reason }: { it: Schemas['Notifier']; reason: string | null }) {
  const [open, setOpen] = useState(false);
  return (
    <Panel
      actions={
        <Button disabledReason={reason} onClick={() => setOpen(true)} size="sm">
          Edit…
        </Button>
      }
      note={it.own_template ? 'its own' : 'the built-in ones'}
      title="Texts"
    >
      {reason === null ? <Sample id={it.id} title={null} text={null} /> : <p className="text-ink-3">{reason}</p>}
      {open ? <Edit it={it} onClose={() => setOpen(false)} /> : null}
    </Panel>
  );
}

function Sample({ id, title, text }: { id: string; title: string | null; text: string | null }) {
  const parts = useSettled(
    JSON.stringify({ ...(title === null ? {} : { title }), ...(text === null ? {} : { text }) }),
  );
  const sample = useQuery({
    queryKey: ['/notifiers/{id}/preview', id, parts],
    queryFn: ({ signal }) =>
      taken(client.POST('/notifiers/{id}/preview', { params: { path: { id } }, body: JSON.parse(parts), signal })),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const failed = sample.isError ? ApiError.of(sample.error) : null;
  if (failed)
    return (
      <p className="text-crit" role="alert">
        {(failed.problem?.errors ?? []).map((each) => each.detail).join(' ') || failed.sentence}
      </p>
    );
  if (!sample.data) return <SkeletonRows rows={2} />;
  return (
    <div className="rounded-control border border-line bg-sunken px-3.5 py-3">
      <p className="font-semibold break-words">{sample.data.title}</p>
      <p className="break-words whitespace-pre-wrap text-ink-2">{sample.data.text}</p>
    </div>
  );
}

function Edit({ it, onClose }: { it: Schemas['Notifier']; onClose: () => void }) {
  const queries = useQueryClient();
  const template = useQuery(q('/notifiers/{id}/template', { path: { id: it.id } }));
  const [written, setWritten] = useState<Partial<Record<Part, string>>>({});
  const own = (part: Part) => written[part] ?? template.data?.[part] ?? '';
  const keeps = (part: Part) => written[part] !== undefined || template.data?.own.includes(part);
  const save = useMutation({
    mutationFn: (parts: Schemas['PutNotifierTemplate']) =>
      taken(
        client.PUT('/notifiers/{id}/template', {
          params: { path: { id: it.id }, header: ifMatch({ revision: template.data?.revision ?? it.revision }) },
          body: parts,
        }),
      ),
    onSuccess: () => {
      for (const path of ['/notifiers/{id}', '/notifiers/{id}/template', '/notifiers/{id}/preview'])
        void queries.invalidateQueries({ queryKey: [path] });
      say(`The texts of ${it.name} are changed`);
      onClose();
    },
  });
  const confirm = () => {
    if (!save.isPending && Object.keys(written).length > 0)
      save.mutate({
        ...(keeps('title') ? { title: own('title') } : {}),
        ...(keeps('text') ? { text: own('text') } : {}),
        ...(template.data?.own.includes('html') ? { html: template.data.html } : {}),
      });
  };
  return (
    <Dialog
      className="max-w-200"
      description="Templates (Jinja) that see the alert's facts. Should one break on facts that nobody thought of, the built-in text is sent in its place."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {template.data && template.data.own.length > 0 ? (
            <Button busy={save.isPending} onClick={() => save.mutate({})}>
              Back to the built-in ones
            </Button>
          ) : null}
          <Button
            busy={save.isPending}
            disabledReason={Object.keys(written).length === 0 ? 'nothing differs' : null}
            onClick={confirm}
            variant="primary"
          >
            Save texts
          </Button>
        </>
      }
      onConfirm={confirm}
      onOpenChange={(next) => !next && onClose()}
      open
      title={`Texts of ${it.name}`}
    >
      {template.isError ? (
        <ErrorState error={template.error} onRetry={() => void template.refetch()} what="The template" />
      ) : template.data === undefined ? (
        <SkeletonRows rows={5} />
      ) : (
        <div className="flex flex-col gap-4">
          <FormFault error={save.error} />
          <TextArea
            label="Title"
            mono
            onChange={(event) => setWritten({ ...written, title: event.target.value })}
            rows={2}
            spellCheck={false}
            value={own('title')}
          />
          <TextArea
            label="Text"
            mono
            onChange={(event) => setWritten({ ...written, text: event.target.value })}
            rows={7}
            spellCheck={false}
            value={own('text')}
          />
          <div>
            <h3 className="mb-1 text-sm font-medium">As it would look</h3>
            <Sample id={it.id} text={written.text ?? null} title={written.title ?? null} />
          </div>
          <details>
            <summary className="w-fit cursor-default rounded-control text-sm text-accent-ink">Names</summary>
            <dl className="mt-2 grid grid-cols-[12rem_1fr] gap-x-4 gap-y-1 text-xs">
              {template.data.variables.map((each) => (
                <div className="contents" key={each.name}>
                  <dt>
                    <code>{each.name}</code>
                  </dt>
                  <dd className="text-ink-3">{each.about}</dd>
                </div>
              ))}
            </dl>
          </details>
        </div>
      )}
    </Dialog>
  );
}
