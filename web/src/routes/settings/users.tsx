// The people who sign in with a user name: added, given a role, kept out, given another password, removed.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { client, q, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { sayAsked, useTwoPeople } from '@/components/confirmations/two-people';
import { RowMenu } from '@/components/row-menu';
import { TimeAgo } from '@/components/times';
import { TypedConfirm } from '@/components/typed-confirm';
import { isAsked } from '@/lib/confirmations';
import { cx } from '@/lib/cx';
import { count, number } from '@/lib/words';
import { Button } from '@/ui/button';
import { Chip } from '@/ui/chip';
import { Field, TextField } from '@/ui/field';
import { TextLink } from '@/ui/link';
import { Select } from '@/ui/select';
import { complain, say } from '@/ui/toast';
import { FormDialog } from './form-dialog';
import { ListPanel, type Role, roleNames, roleOptions, ScopeText } from './parts';
import { everything, ScopeFields, scoped, scopeOf } from './scope-fields';

type User = Schemas['User'];
type Ask = { kind: 'add' } | { kind: 'role' | 'password' | 'remove'; user: User } | null;

export function Users() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { actor } = useCaller();
  const [ask, setAsk] = useState<Ask>(null);
  const list = useQuery(q('/users', { query: { limit: 500 } }));
  const fresh = () => void queries.invalidateQueries({ queryKey: ['/users'] });
  const update = useMutation({
    mutationFn: ({ user, body }: { user: User; body: Schemas['UpdateUser'] }) =>
      taken(client.PATCH('/users/{id}', { params: { path: { id: user.id } }, body })),
    onSuccess: (answer) => {
      fresh();
      if (isAsked(answer)) void queries.invalidateQueries({ queryKey: ['/confirmations'] });
    },
    onError: (error, { user }) => complain(`${user.name} was not changed`, error),
  });
  const signOut = useMutation({
    mutationFn: (user: User) => taken(client.DELETE('/sessions', { params: { query: { user_id: user.id } } })),
    onSuccess: (_, user) => {
      void queries.invalidateQueries({ queryKey: ['/sessions'] });
      say(`${user.name} is signed out everywhere`);
    },
    onError: (error, user) => complain(`${user.name} was not signed out`, error),
  });
  const change = (user: User, body: Schemas['UpdateUser'], back: Schemas['UpdateUser'], said: string) =>
    update.mutate(
      { user, body },
      {
        onSuccess: (answer) => {
          if (isAsked(answer)) sayAsked(answer, (to) => void navigate({ to }));
          else say(said, { undo: () => update.mutate({ user, body: back }) });
        },
      },
    );
  const open = useQuery(q('/sessions', { query: { all: true, limit: 500 } })).data;
  const sessions = (user: User) =>
    open && !open.next_cursor
      ? open.items.filter((it) => it.actor.kind === 'user' && it.actor.id === user.id).length
      : undefined;
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
            key: 'sessions',
            label: 'Sessions',
            width: '6rem',
            cell: (it) =>
              sessions(it) === undefined ? null : sessions(it) === 0 ? (
                <span className="text-ink-3">none</span>
              ) : (
                <TextLink className="nums" search={{ who: it.id } as never} to="/settings/sign-in">
                  {number(sessions(it) ?? 0)}
                </TextLink>
              ),
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
                  {
                    label: 'Role and scope…',
                    disabledReason: self(it) && 'not your own role',
                    run: () => setAsk({ kind: 'role', user: it }),
                  },
                  { label: 'Set another password…', run: () => setAsk({ kind: 'password', user: it }) },
                  {
                    label: 'Its sessions',
                    begins: true,
                    run: () => void navigate({ to: '/settings/sign-in', search: { who: it.id } as never }),
                  },
                  {
                    label: 'Sign out everywhere',
                    disabledReason: sessions(it) === 0 && 'it has no session',
                    run: () => signOut.mutate(it),
                  },
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
      {ask?.kind === 'role' ? <RoleDialog onClose={() => setAsk(null)} onDone={fresh} user={ask.user} /> : null}
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
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [scope, setScope] = useState(everything);
  const two = useTwoPeople();
  const add = useMutation({
    mutationFn: () =>
      taken(
        client.POST('/users', {
          body: {
            username,
            password,
            role,
            scope: scoped(role) ? scope : everything,
            ...(name.trim() ? { name: name.trim() } : {}),
            ...(email.trim() ? { email: email.trim() } : {}),
          },
        }),
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
      reason={
        username === ''
          ? 'a user name is needed'
          : two && role === 'admin'
            ? 'another role first: two people make an admin'
            : passwordReason(password)
      }
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
        autoComplete="off"
        label="Address"
        maxLength={254}
        onChange={(event) => setEmail(event.target.value)}
        optional
        type="email"
        value={email}
      />
      <TextField
        autoComplete="new-password"
        help={`12 letters or more, and none that people guess first. ${count(password.length, 'letter')} now.`}
        label="Password"
        onChange={(event) => setPassword(event.target.value)}
        type="password"
        value={password}
      />
      <Field
        help={
          two && role === 'admin'
            ? 'While two people are needed, make the user with another role, then ask for the role Admin.'
            : 'A role can be changed later.'
        }
        label="Role"
      >
        {(ids) => <Select {...ids} onChange={setRole} options={roleOptions} value={role} />}
      </Field>
      <ScopeFields onChange={setScope} role={role} scope={scope} />
    </FormDialog>
  );
}

/** Another role or scope; to make an admin of somebody their user name is typed. */
function RoleDialog({ user, onClose, onDone }: { user: User; onClose: () => void; onDone: () => void }) {
  const two = useTwoPeople();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [role, setRole] = useState<Role>(user.role);
  const [scope, setScope] = useState(scopeOf(user.scope));
  const [typed, setTyped] = useState('');
  const next = scoped(role) ? scope : everything;
  const put = (body: Schemas['UpdateUser']) =>
    taken(client.PATCH('/users/{id}', { params: { path: { id: user.id } }, body }));
  const save = useMutation({
    mutationFn: () => put({ role, scope: next }),
    onSuccess: (answer) => {
      if (isAsked(answer)) {
        sayAsked(answer, (to) => void navigate({ to }));
        void queries.invalidateQueries({ queryKey: ['/confirmations'] });
      } else {
        say(`${user.name} has the role ${roleNames[role]}`, {
          undo: () =>
            void put({ role: user.role, scope: user.scope }).then(onDone, (error: unknown) =>
              complain(`${user.name} was not changed back`, error),
            ),
        });
      }
      onDone();
      onClose();
    },
  });
  const grants = role === 'admin' && user.role !== 'admin';
  const same = role === user.role && JSON.stringify(next) === JSON.stringify(scopeOf(user.scope));
  return (
    <FormDialog
      action={grants ? (two ? 'Ask for confirmation' : `Make ${user.name} an admin`) : 'Change role'}
      busy={save.isPending}
      description={`${user.name} is ${roleNames[user.role]} now. It holds from their next request on.`}
      error={save.error}
      onClose={onClose}
      onSave={() => save.mutate()}
      reason={
        same ? 'nothing differs' : grants && typed.trim() !== user.username ? `type ${user.username} first` : null
      }
      title={`Role of ${user.name}`}
    >
      <Field label="Role">{(ids) => <Select {...ids} onChange={setRole} options={roleOptions} value={role} />}</Field>
      <ScopeFields onChange={setScope} role={role} scope={scope} />
      {grants ? (
        <TextField
          autoComplete="off"
          help={
            two
              ? 'An admin may do everything. Another admin has to confirm it first.'
              : 'An admin may do everything, also make further admins and take the role from you.'
          }
          label={`Type ${user.username} to make an admin of them`}
          onChange={(event) => setTyped(event.target.value)}
          value={typed}
        />
      ) : null}
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
