// API keys: made with a secret that is shown once, rotated, revoked. Invariant: a secret lives in its dialog only.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { client, q, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { RowMenu } from '@/components/row-menu';
import { StatusGlyph } from '@/components/status-glyph';
import { Expiry, TimeAgo } from '@/components/times';
import { TypedConfirm } from '@/components/typed-confirm';
import { useNow } from '@/lib/clock';
import { cx } from '@/lib/cx';
import { instant } from '@/lib/time';
import { and, plural } from '@/lib/words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CodeBlock } from '@/ui/copy';
import { Dialog } from '@/ui/dialog';
import { Field, TextField } from '@/ui/field';
import { Select } from '@/ui/select';
import { complain, say } from '@/ui/toast';
import { FormDialog } from './form-dialog';
import { ListPanel, type Role, roleNames, roleOptions, ScopeText } from './parts';
import { everything, ScopeFields, scoped } from './scope-fields';

type Key = Schemas['ApiKey'];
type Ask =
  | { kind: 'add' }
  | { kind: 'rotate' | 'revoke'; key: Key }
  | { kind: 'secret'; made: Schemas['ApiKeyCreated'] }
  | null;

const ended = (it: Key, now: number) => Boolean(it.revoked_at) || (instant(it.expires_at) ?? Infinity) < now;

export function Keys() {
  const queries = useQueryClient();
  const { actor } = useCaller();
  const now = useNow(60_000);
  const [ask, setAsk] = useState<Ask>(null);
  const list = useQuery(q('/api-keys', { query: { limit: 500 } }));
  const fresh = () => void queries.invalidateQueries({ queryKey: ['/api-keys'] });
  const made = (next: Schemas['ApiKeyCreated']) => {
    fresh();
    setAsk({ kind: 'secret', made: next });
  };
  const self = (it: Key) => actor.kind === 'api_key' && actor.id === it.id;
  return (
    <>
      <Reminder keys={list.data?.items ?? []} now={now} />
      <ListPanel<Key>
        actions={
          <Button icon={<Plus size={14} />} onClick={() => setAsk({ kind: 'add' })} size="sm" variant="primary">
            Make a key
          </Button>
        }
        columns={[
          {
            key: 'name',
            label: 'Name',
            cell: (it) => (
              <span className={cx('font-medium', ended(it, now) && 'text-ink-3 line-through')}>
                {it.name}
                {self(it) ? <span className="ms-1.5 text-xs font-normal text-ink-3">signed in with it</span> : null}
              </span>
            ),
          },
          {
            key: 'prefix',
            label: 'Begins with',
            width: '8rem',
            cell: (it) => <code className="text-ink-2">{it.prefix}…</code>,
          },
          { key: 'role', label: 'Role', width: '7rem', cell: (it) => roleNames[it.role] },
          { key: 'scope', label: 'On', width: '11rem', cell: (it) => <ScopeText scope={it.scope} /> },
          {
            key: 'used',
            label: 'Last used',
            width: '8rem',
            cell: (it) => <TimeAgo at={it.last_used_at} className="text-ink-3" />,
          },
          {
            key: 'ends',
            label: 'Ends',
            width: '10rem',
            cell: (it) =>
              it.revoked_at ? (
                <span className="text-ink-3">
                  revoked <TimeAgo at={it.revoked_at} />
                </span>
              ) : it.expires_at ? (
                <Expiry at={it.expires_at} className="text-ink-2" />
              ) : (
                <span className="text-warn">never</span>
              ),
          },
          {
            key: 'menu',
            label: '',
            width: '4rem',
            end: true,
            cell: (it) =>
              it.revoked_at ? null : (
                <RowMenu
                  actions={[
                    { label: 'New secret…', run: () => setAsk({ kind: 'rotate', key: it }) },
                    { label: 'Revoke…', run: () => setAsk({ kind: 'revoke', key: it }), danger: true },
                  ]}
                  name={it.name}
                />
              ),
          },
        ]}
        empty={{ title: 'No key yet', text: 'Programs, and people without a user name, use API keys.' }}
        keyOf={(it) => it.id}
        list={list}
        one="key"
        title="API keys"
        what="The list of API keys"
      />
      {ask?.kind === 'add' ? <Add onClose={() => setAsk(null)} onMade={made} /> : null}
      {ask?.kind === 'rotate' ? <Rotate it={ask.key} onClose={() => setAsk(null)} onMade={made} /> : null}
      {ask?.kind === 'revoke' ? (
        <Revoke it={ask.key} onClose={() => setAsk(null)} onDone={fresh} self={self(ask.key)} />
      ) : null}
      {ask?.kind === 'secret' ? <Secret made={ask.made} onClose={() => setAsk(null)} /> : null}
    </>
  );
}

/** How long before its end a key is spoken of. */
const SOON = 14 * 86_400_000;

function Reminder({ keys, now }: { keys: readonly Key[]; now: number }) {
  const ending = keys.filter((it) => !ended(it, now) && (instant(it.expires_at) ?? Infinity) - now < SOON);
  if (ending.length === 0) return null;
  const names = and(ending.slice(0, 5).map((it) => it.name));
  return (
    <Banner className="rounded-control" icon={<StatusGlyph glyph="due" tone="warn" />} tone="warn">
      {plural(ending.length, {
        one: `# key ends within two weeks: ${names}. Whatever uses it is refused from then on; make another in time.`,
        other: `# keys end within two weeks: ${names}. Whatever uses them is refused from then on; make others in time.`,
      })}
    </Banner>
  );
}

const lasts = [
  { value: '2592000', label: '30 days' },
  { value: '7776000', label: '90 days' },
  { value: '31536000', label: '1 year' },
] as const;

function Add({ onClose, onMade }: { onClose: () => void; onMade: (made: Schemas['ApiKeyCreated']) => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [scope, setScope] = useState(everything);
  const [lasting, setLasting] = useState<string>('7776000');
  const add = useMutation({
    mutationFn: () =>
      taken(
        client.POST('/api-keys', {
          body: {
            name: name.trim(),
            role,
            scope: scoped(role) ? scope : everything,
            expires_in_seconds: Number(lasting),
          },
        }),
      ),
    onSuccess: onMade,
  });
  return (
    <FormDialog
      action="Make key"
      busy={add.isPending}
      error={add.error}
      onClose={onClose}
      onSave={() => add.mutate()}
      reason={name.trim() === '' ? 'a name is needed' : null}
      title="Make an API key"
    >
      <TextField
        autoComplete="off"
        help="What it is for, such as the pipeline that uses it."
        label="Name"
        maxLength={200}
        onChange={(event) => setName(event.target.value)}
        value={name}
      />
      <Field help="A key's role stays what it is." label="Role">
        {(ids) => <Select {...ids} onChange={setRole} options={roleOptions} value={role} />}
      </Field>
      <ScopeFields onChange={setScope} role={role} scope={scope} />
      <Field help="A new secret for it does not move its end." label="It ends after">
        {(ids) => <Select {...ids} onChange={setLasting} options={lasts} value={lasting} />}
      </Field>
    </FormDialog>
  );
}

const graces = [
  { value: '0', label: 'At once', hint: 'its sessions end' },
  { value: '3600', label: 'After an hour' },
  { value: '86400', label: 'After a day' },
  { value: '604800', label: 'After 7 days' },
] as const;

function Rotate(props: { it: Key; onClose: () => void; onMade: (made: Schemas['ApiKeyCreated']) => void }) {
  const [grace, setGrace] = useState<string>('3600');
  const rotate = useMutation({
    mutationFn: () =>
      taken(
        client.POST('/api-keys/{id}/rotate', {
          params: { path: { id: props.it.id } },
          body: grace === '0' ? {} : { grace_seconds: Number(grace) },
        }),
      ),
    onSuccess: props.onMade,
  });
  return (
    <FormDialog
      action="Make new secret"
      busy={rotate.isPending}
      error={rotate.error}
      onClose={props.onClose}
      onSave={() => rotate.mutate()}
      reason={null}
      title={`New secret for ${props.it.name}`}
    >
      <Field help="Until then both work." label="The old secret ends">
        {(ids) => <Select {...ids} onChange={setGrace} options={graces} value={grace} />}
      </Field>
    </FormDialog>
  );
}

function Revoke({ it, self, onClose, onDone }: { it: Key; self: boolean; onClose: () => void; onDone: () => void }) {
  const revoke = useMutation({
    mutationFn: () => taken(client.DELETE('/api-keys/{id}', { params: { path: { id: it.id } } })),
    onSuccess: () => {
      say(`${it.name} is revoked`);
      onDone();
      onClose();
    },
    onError: (error) => complain(`${it.name} was not revoked`, error),
  });
  return (
    <TypedConfirm
      action="Revoke key"
      busy={revoke.isPending}
      keep="Keep key"
      name={it.name}
      onClose={onClose}
      onConfirm={() => revoke.mutate()}
      title={`Revoke ${it.name}?`}
    >
      <p className="text-ink-2">
        Whatever uses it is refused from now on, and its sessions end{self ? ', this one too' : ''}. Last used{' '}
        <TimeAgo at={it.last_used_at} />. It cannot be taken back.
      </p>
    </TypedConfirm>
  );
}

function Secret({ made, onClose }: { made: Schemas['ApiKeyCreated']; onClose: () => void }) {
  return (
    <Dialog
      closable={false}
      footer={
        <Button onClick={onClose} variant="primary">
          I have kept it
        </Button>
      }
      onOpenChange={(open) => !open && onClose()}
      open
      title={`The secret of ${made.api_key.name}`}
    >
      <div className="flex flex-col gap-3">
        <CodeBlock label="Secret" text={made.secret} />
        <Banner className="rounded-control" tone="warn">
          It is shown this once. The server keeps only a hash of it.
        </Banner>
      </div>
    </Dialog>
  );
}
