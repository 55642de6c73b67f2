// The people who sign in with a user name: added, given a role, kept out, given another password, removed.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { client, q, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { RowMenu } from '@/components/row-menu';
import { TimeAgo } from '@/components/times';
import { TypedConfirm } from '@/components/typed-confirm';
import { cx } from '@/lib/cx';
import { count } from '@/lib/words';
import { Button } from '@/ui/button';
import { Chip } from '@/ui/chip';
import { Field, TextField } from '@/ui/field';
import { Select } from '@/ui/select';
import { complain, say } from '@/ui/toast';
import { FormDialog } from './form-dialog';
import { ListPanel, type Role, roleNames, roleOptions, ScopeText } from './parts';

type User = Schemas['User'];
type Ask = { kind: 'add' } | { kind: 'password' | 'remove'; user: User } | null;

export function Users() {
  const queries = useQueryClient();
  const { actor } = useCaller();
  const [ask, setAsk] = useState<Ask>(null);
  const list = useQuery(q('/users', { query: { limit: 500 } }));
  const fresh = () => void queries.invalidateQueries({ queryKey: ['/users'] });
  const update = useMutation({
    mutationFn: ({ user, body }: { user: User; body: Schemas['UpdateUser'] }) =>
      taken(client.PATCH('/users/{id}', { params: { path: { id: user.id } }, body })),
    onSuccess: fresh,
    onError: (error, { user }) => complain(`${user.name} was not changed`, error),
  });
  const signOut = useMutation({
    mutationFn: (user: User) => taken(client.DELETE('/sessions', { params: { query: { user_id: user.id } } })),
    onSuccess: (_, user) => say(`${user.name} is signed out everywhere`),
    onError: (error, user) => complain(`${user.name} was not signed out`, error),
  });
  const change = (user: User, body: Schemas['UpdateUser'], back: Schemas['UpdateUser'], said: string) =>
    update.mutate({ user, body }, { onSuccess: () => say(said, { undo: () => update.mutate({ user, body: back }) }) });
  const self = (user: User) => actor.kind === 'user' && actor.id === user.id;
  return (
    <>
      <ListPanel<User>
        actions={
          <Button icon={<Plus size={14} />} onClick={() => setAsk({ kind: 'add' })} size="sm" variant="primary">
            Add a user
          </Button>
        }
        columns={[
          {
            key: 'name',
            label: 'Name',
            cell: (it) => (
              <span className={cx('font-medium', it.disabled && 'text-ink-3')}>
                {it.name}
                {self(it) ? <span className="ms-1.5 text-xs font-normal text-ink-3">you</span> : null}
              </span>
            ),
          },
          {
            key: 'username',
            label: 'Signs in as',
            width: '12rem',
            cell: (it) => <code className="text-ink-2">{it.username}</code>,
          },
          { key: 'role', label: 'Role', width: '7rem', cell: (it) => roleNames[it.role] },
          { key: 'scope', label: 'On', width: '12rem', cell: (it) => <ScopeText scope={it.scope} /> },
          {
            key: 'seen',
            label: 'Last signed in',
            width: '9rem',
            cell: (it) => <TimeAgo at={it.last_sign_in_at} className="text-ink-3" />,
          },
          {
            key: 'state',
            label: 'State',
            width: '7rem',
            cell: (it) => (it.disabled ? <Chip>kept out</Chip> : <span className="text-ink-3">active</span>),
          },
          {
            key: 'menu',
            label: '',
            width: '4rem',
            end: true,
            cell: (it) => (
              <RowMenu
                actions={[
                  ...roleOptions
                    .filter((option) => option.value !== it.role)
                    .map((option) => ({
                      label: `Make ${option.label}`,
                      disabledReason: self(it) && 'not your own role',
                      run: () =>
                        change(
                          it,
                          { role: option.value },
                          { role: it.role },
                          `${it.name} has the role ${option.label}`,
                        ),
                    })),
                  {
                    label: 'Set another password…',
                    begins: true,
                    run: () => setAsk({ kind: 'password', user: it }),
                  },
                  { label: 'Sign out everywhere', run: () => signOut.mutate(it) },
                  {
                    label: it.disabled ? 'Let in again' : 'Keep out',
                    disabledReason: self(it) && 'not yourself',
                    run: () =>
                      change(
                        it,
                        { disabled: !it.disabled },
                        { disabled: it.disabled },
                        it.disabled ? `${it.name} may sign in again` : `${it.name} is kept out`,
                      ),
                  },
                  {
                    label: 'Remove…',
                    danger: true,
                    disabledReason: self(it) && 'not yourself',
                    run: () => setAsk({ kind: 'remove', user: it }),
                  },
                ]}
                name={it.name}
              />
            ),
          },
        ]}
        empty={{
          title: 'No user yet',
          text: 'People sign in with a user name and a password, or with an API key. Nobody has a user name here.',
        }}
        keyOf={(it) => it.id}
        list={list}
        one="user"
        title="Users"
        what="The list of users"
      />
      {ask?.kind === 'add' ? <Add onClose={() => setAsk(null)} onDone={fresh} /> : null}
      {ask?.kind === 'password' ? <Password onClose={() => setAsk(null)} user={ask.user} /> : null}
      {ask?.kind === 'remove' ? <Remove onClose={() => setAsk(null)} onDone={fresh} user={ask.user} /> : null}
    </>
  );
}

const passwordReason = (password: string) =>
  password.length < 12 ? 'the password has at least 12 letters' : password.length > 256 ? 'at most 256 letters' : null;

function Add({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [username, setUsername] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const add = useMutation({
    mutationFn: () =>
      taken(
        client.POST('/users', { body: { username, password, role, ...(name.trim() ? { name: name.trim() } : {}) } }),
      ),
    onSuccess: (user) => {
      say(`${user.name} is added`);
      onDone();
      onClose();
    },
  });
  return (
    <FormDialog
      action="Add user"
      busy={add.isPending}
      error={add.error}
      onClose={onClose}
      onSave={() => add.mutate()}
      reason={username === '' ? 'a user name is needed' : passwordReason(password)}
      title="Add a user"
    >
      <TextField
        autoComplete="off"
        help="What is typed at sign-in: letters, digits, and . _ - @"
        label="User name"
        maxLength={64}
        onChange={(event) => setUsername(event.target.value.trim())}
        value={username}
      />
      <TextField label="Name" maxLength={200} onChange={(event) => setName(event.target.value)} optional value={name} />
      <TextField
        autoComplete="new-password"
        help={`12 letters or more, and none that people guess first. ${count(password.length, 'letter')} now.`}
        label="Password"
        onChange={(event) => setPassword(event.target.value)}
        type="password"
        value={password}
      />
      <Field help="A role can be changed later." label="Role">
        {(ids) => <Select {...ids} onChange={setRole} options={roleOptions} value={role} />}
      </Field>
    </FormDialog>
  );
}

function Password({ user, onClose }: { user: User; onClose: () => void }) {
  const [password, setPassword] = useState('');
  const set = useMutation({
    mutationFn: () =>
      taken(client.POST('/users/{id}/password', { params: { path: { id: user.id } }, body: { password } })),
    onSuccess: () => {
      say(`${user.name} has another password`, { description: 'Their sessions have ended.' });
      onClose();
    },
  });
  return (
    <FormDialog
      action="Set password"
      busy={set.isPending}
      description="Their sessions end thereby."
      error={set.error}
      onClose={onClose}
      onSave={() => set.mutate()}
      reason={passwordReason(password)}
      title={`Another password for ${user.name}`}
    >
      <TextField
        autoComplete="new-password"
        help="12 letters or more, and none that people guess first."
        label="New password"
        onChange={(event) => setPassword(event.target.value)}
        type="password"
        value={password}
      />
    </FormDialog>
  );
}

function Remove({ user, onClose, onDone }: { user: User; onClose: () => void; onDone: () => void }) {
  const remove = useMutation({
    mutationFn: () => taken(client.DELETE('/users/{id}', { params: { path: { id: user.id } } })),
    onSuccess: () => {
      say(`${user.name} is removed`);
      onDone();
      onClose();
    },
    onError: (error) => complain(`${user.name} was not removed`, error),
  });
  return (
    <TypedConfirm
      action="Remove user"
      busy={remove.isPending}
      keep="Keep user"
      name={user.username}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      title={`Remove ${user.name}?`}
    >
      <p className="text-ink-2">
        Their sessions, preferences and own views go too. The audit trail keeps what they did. To keep somebody out for
        a while, “Keep out” is enough.
      </p>
    </TypedConfirm>
  );
}
