// Owners, who answer for certificates and get their alerts, and teams, whom certificates belong to.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { ownersQuery, teamsQuery, useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { RowMenu } from '@/components/row-menu';
import { TimeAgo } from '@/components/times';
import { TypedConfirm } from '@/components/typed-confirm';
import { number, plural } from '@/lib/words';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { TextLink } from '@/ui/link';
import { complain, say } from '@/ui/toast';
import { FormDialog } from './form-dialog';
import { ListPanel } from './parts';

type Kind = 'owner' | 'team';
interface Entry {
  id: string;
  name: string;
  email?: string | null;
  updated_at: string;
}
type Ask = { kind: 'edit'; it: Entry | null } | { kind: 'remove'; it: Entry } | null;

export function Owners() {
  return (
    <>
      <Directory kind="owner" />
      <Directory kind="team" />
    </>
  );
}

function Directory({ kind }: { kind: Kind }) {
  const queries = useQueryClient();
  const reason = may(useCaller(), 'config.manage');
  const [ask, setAsk] = useState<Ask>(null);
  const owners = useQuery({ ...ownersQuery(), enabled: kind === 'owner' });
  const teams = useQuery({ ...teamsQuery(), enabled: kind === 'team' });
  const list = (kind === 'owner' ? owners : teams) as Parameters<typeof ListPanel<Entry>>[0]['list'];
  const facets = useQuery(q('/certificates/facets', { query: { archived: false } })).data;
  const held = (id: string) =>
    facets?.facets.find((facet) => facet.facet === `${kind}_id`)?.values.find((value) => value.value === id)?.count ??
    0;
  const fresh = () => {
    void queries.invalidateQueries({ queryKey: [kind === 'owner' ? '/owners' : '/teams'] });
    setAsk(null);
  };
  return (
    <>
      <ListPanel<Entry>
        actions={
          <Button
            disabledReason={reason}
            icon={<Plus size={14} />}
            onClick={() => setAsk({ kind: 'edit', it: null })}
            size="sm"
          >
            Add {kind === 'owner' ? 'an owner' : 'a team'}
          </Button>
        }
        columns={[
          { key: 'name', label: 'Name', cell: (it) => <span className="font-medium">{it.name}</span> },
          ...(kind === 'owner'
            ? [
                {
                  key: 'email',
                  label: 'Alerts go to',
                  width: '16rem',
                  cell: (it: Entry) =>
                    it.email ? (
                      <span className="text-ink-2">{it.email}</span>
                    ) : (
                      <span className="text-ink-3 italic">nobody</span>
                    ),
                },
              ]
            : []),
          {
            key: 'held',
            label: 'Certificates',
            width: '8rem',
            cell: (it) =>
              facets ? (
                <TextLink className="nums" search={{ [kind]: it.id } as never} to="/certificates">
                  {number(held(it.id))}
                </TextLink>
              ) : null,
          },
          {
            key: 'changed',
            label: 'Changed',
            width: '8rem',
            cell: (it) => <TimeAgo at={it.updated_at} className="text-ink-3" />,
          },
          {
            key: 'menu',
            label: '',
            width: '4rem',
            end: true,
            cell: (it) => (
              <RowMenu
                actions={[
                  { label: 'Edit…', run: () => setAsk({ kind: 'edit', it }), disabledReason: reason },
                  { label: 'Remove…', run: () => setAsk({ kind: 'remove', it }), danger: true, disabledReason: reason },
                ]}
                name={it.name}
              />
            ),
          },
        ]}
        empty={
          kind === 'owner'
            ? {
                title: 'No owner yet',
                text: 'An owner answers for certificates and gets their alerts: a person, or a mailing list.',
              }
            : {
                title: 'No team yet',
                text: 'Certificates belong to teams, and the rights of users and keys can be narrowed to them.',
              }
        }
        keyOf={(it) => it.id}
        list={list}
        one={kind}
        title={kind === 'owner' ? 'Owners' : 'Teams'}
        what={`The list of ${kind}s`}
      />
      {ask?.kind === 'edit' ? <Edit it={ask.it} kind={kind} onClose={() => setAsk(null)} onDone={fresh} /> : null}
      {ask?.kind === 'remove' ? (
        <Remove held={held(ask.it.id)} it={ask.it} kind={kind} onClose={() => setAsk(null)} onDone={fresh} />
      ) : null}
    </>
  );
}

function Edit({
  it,
  kind,
  onClose,
  onDone,
}: {
  it: Entry | null;
  kind: Kind;
  onClose: () => void;
  onDone: () => void;
}) {
  const [name, setName] = useState(it?.name ?? '');
  const [email, setEmail] = useState(it?.email ?? '');
  const save = useMutation<Schemas['Owner'] | Schemas['Team']>({
    mutationFn: () => {
      const body = { name: name.trim() };
      if (kind === 'team')
        return it
          ? taken(client.PATCH('/teams/{id}', { params: { path: { id: it.id } }, body }))
          : taken(client.POST('/teams', { body }));
      const mail = email.trim();
      return it
        ? taken(client.PATCH('/owners/{id}', { params: { path: { id: it.id } }, body: { ...body, email: mail } }))
        : taken(client.POST('/owners', { body: { ...body, ...(mail ? { email: mail } : {}) } }));
    },
    onSuccess: (next) => {
      say(`${next.name} is ${it ? 'changed' : 'added'}`);
      onDone();
    },
  });
  return (
    <FormDialog
      action={it ? 'Save' : `Add ${kind}`}
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSave={() => save.mutate()}
      reason={name.trim() === '' ? 'a name is needed' : null}
      title={it ? `Edit ${it.name}` : `Add ${kind === 'owner' ? 'an owner' : 'a team'}`}
    >
      <TextField label="Name" maxLength={200} onChange={(event) => setName(event.target.value)} value={name} />
      {kind === 'owner' ? (
        <TextField
          autoComplete="off"
          help="Where alerts about its certificates go."
          label="E-mail address"
          onChange={(event) => setEmail(event.target.value)}
          optional
          type="email"
          value={email}
        />
      ) : null}
    </FormDialog>
  );
}

function Remove(props: { it: Entry; kind: Kind; held: number; onClose: () => void; onDone: () => void }) {
  const { it, kind, held } = props;
  const remove = useMutation({
    mutationFn: () =>
      kind === 'owner'
        ? taken(client.DELETE('/owners/{id}', { params: { path: { id: it.id } } }))
        : taken(client.DELETE('/teams/{id}', { params: { path: { id: it.id } } })),
    onSuccess: () => {
      say(`${it.name} is removed`);
      props.onDone();
    },
    onError: (error) => complain(`${it.name} was not removed`, error),
  });
  return (
    <TypedConfirm
      action={`Remove ${kind}`}
      busy={remove.isPending}
      keep={`Keep ${kind}`}
      name={it.name}
      onClose={props.onClose}
      onConfirm={() => remove.mutate()}
      title={`Remove ${it.name}?`}
    >
      <p className="text-ink-2">
        {held > 0
          ? plural(held, {
              one: '# certificate names it: give it to another first, or the server refuses.',
              other: '# certificates name it: give them to another first, or the server refuses.',
            })
          : 'No certificate names it.'}
      </p>
    </TypedConfirm>
  );
}
