// Changes of one certificate: policy, owner, details (each can be undone), and archiving (which cannot).
// Invariant: a change is made against the revision that was read, so that another's is not overwritten.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ownersQuery, renewalPoliciesQuery, teamsQuery } from '@/api/caller';
import { client, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Certificate, Schemas } from '@/api/types';
import { Impacts } from '@/components/impacts';
import { TypedConfirm } from '@/components/typed-confirm';
import { pointWords } from '@/lib/policy-words';
import { date, instant } from '@/lib/time';
import { count, plural } from '@/lib/words';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field, TextField } from '@/ui/field';
import { Select } from '@/ui/select';
import { complain, say } from '@/ui/toast';

type Change = Schemas['UpdateCertificate'];

const NONE = '-';

/** Changes it at once, and offers the way back. */
function useChange(it: Certificate, onDone: () => void) {
  const queries = useQueryClient();
  const send = (change: Change, revision?: number) =>
    taken(
      client.PATCH('/certificates/{id}', {
        params: { path: { id: it.id }, header: revision === undefined ? undefined : { 'If-Match': `"${revision}"` } },
        body: change,
      }),
    );
  const fresh = () => {
    void queries.invalidateQueries({ queryKey: ['/certificates/{id}'] });
    void queries.invalidateQueries({ queryKey: ['/certificates/{id}/explain'] });
  };
  return useMutation({
    mutationFn: ({ change }: { change: Change; back: Change; what: string }) => send(change, it.revision),
    onSuccess: (_changed, { back, what }) => {
      fresh();
      say(what, {
        undo: () => {
          send(back).then(fresh, (error) => complain('It could not be taken back', error));
        },
      });
      onDone();
    },
    onError: (error) =>
      complain(
        ApiError.of(error).status === 412
          ? 'Somebody changed it meanwhile: look again, then decide'
          : `${it.name} was not changed`,
        error,
      ),
  });
}

export function PolicyDialog({ it, onClose }: { it: Certificate; onClose: () => void }) {
  const policies = useQuery(renewalPoliciesQuery()).data?.items ?? [];
  const [chosen, setChosen] = useState(it.renewal_policy_id);
  const change = useChange(it, onClose);
  const policy = policies.find((each) => each.id === chosen);
  const reason = chosen === it.renewal_policy_id ? 'it follows this policy already' : null;
  const act = () => {
    if (reason === null && !change.isPending)
      change.mutate({
        change: { renewal_policy_id: chosen },
        back: { renewal_policy_id: it.renewal_policy_id },
        what: `${it.name} follows ${policy?.name ?? 'another policy'} now`,
      });
  };
  return (
    <Dialog
      footer={
        <>
          <Button onClick={onClose}>Keep as it is</Button>
          <Button busy={change.isPending} disabledReason={reason} onClick={act} variant="primary">
            Change policy
          </Button>
        </>
      }
      onConfirm={act}
      onOpenChange={(open) => !open && onClose()}
      open
      title={`Change the policy of ${it.name}?`}
    >
      <Field
        help={policy ? `Renews ${policy.automatic ? '' : 'only when asked, '}${pointWords(policy.point)}.` : undefined}
        label="Renewal policy"
      >
        {(ids) => (
          <Select
            id={ids.id}
            onChange={setChosen}
            options={policies.map((each) => ({
              value: each.id,
              label: each.name,
              hint: each.id === it.renewal_policy_id ? 'now' : undefined,
            }))}
            value={chosen}
          />
        )}
      </Field>
    </Dialog>
  );
}

export function OwnerDialog({ it, onClose }: { it: Certificate; onClose: () => void }) {
  const owners = useQuery(ownersQuery()).data?.items ?? [];
  const teams = useQuery(teamsQuery()).data?.items ?? [];
  const [owner, setOwner] = useState(it.owner_id ?? NONE);
  const [team, setTeam] = useState(it.team_id ?? NONE);
  const change = useChange(it, onClose);
  const id = (value: string) => (value === NONE ? null : value);
  const same = id(owner) === (it.owner_id ?? null) && id(team) === (it.team_id ?? null);
  const name = owners.find((each) => each.id === owner)?.name;
  const act = () => {
    if (!same && !change.isPending)
      change.mutate({
        change: { owner_id: id(owner), team_id: id(team) },
        back: { owner_id: it.owner_id ?? null, team_id: it.team_id ?? null },
        what: name ? `${it.name} belongs to ${name} now` : `${it.name} has no owner now`,
      });
  };
  return (
    <Dialog
      footer={
        <>
          <Button onClick={onClose}>Keep as it is</Button>
          <Button
            busy={change.isPending}
            disabledReason={same ? 'nothing was changed' : null}
            onClick={act}
            variant="primary"
          >
            Assign
          </Button>
        </>
      }
      onConfirm={act}
      onOpenChange={(open) => !open && onClose()}
      open
      title={`Who owns ${it.name}?`}
    >
      <div className="flex flex-col gap-4">
        <Field help="Who is told when it needs somebody." label="Owner">
          {(ids) => (
            <Select
              id={ids.id}
              onChange={setOwner}
              options={[
                { value: NONE, label: 'Nobody' },
                ...owners.map((each) => ({ value: each.id, label: each.name })),
              ]}
              value={owner}
            />
          )}
        </Field>
        <Field help="Whose people may see and change it." label="Team">
          {(ids) => (
            <Select
              id={ids.id}
              onChange={setTeam}
              options={[{ value: NONE, label: 'None' }, ...teams.map((each) => ({ value: each.id, label: each.name }))]}
              value={team}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}

const tagsOf = (text: string) => [
  ...new Set(
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
];

export function DetailsDialog({ it, onClose }: { it: Certificate; onClose: () => void }) {
  const [name, setName] = useState(it.name);
  const [environment, setEnvironment] = useState(it.environment ?? '');
  const [tags, setTags] = useState(it.tags.join(', '));
  const change = useChange(it, onClose);
  const reason = name.trim() === '' ? 'it needs a name' : null;
  const act = () => {
    if (reason === null && !change.isPending)
      change.mutate({
        change: { name: name.trim(), environment: environment.trim() || null, tags: tagsOf(tags) },
        back: { name: it.name, environment: it.environment ?? null, tags: it.tags },
        what: `${name.trim()} was changed`,
      });
  };
  return (
    <Dialog
      footer={
        <>
          <Button onClick={onClose}>Keep as it is</Button>
          <Button busy={change.isPending} disabledReason={reason} onClick={act} variant="primary">
            Save
          </Button>
        </>
      }
      onConfirm={act}
      onOpenChange={(open) => !open && onClose()}
      open
      title={`Details of ${it.name}`}
    >
      <div className="flex flex-col gap-4">
        <TextField
          help="For people. The names in the certificate stay."
          label="Name"
          maxLength={200}
          onChange={(event) => setName(event.target.value)}
          value={name}
        />
        <TextField
          label="Environment"
          onChange={(event) => setEnvironment(event.target.value)}
          optional
          placeholder="production"
          value={environment}
        />
        <TextField
          help="With commas between them"
          label="Tags"
          onChange={(event) => setTags(event.target.value)}
          optional
          value={tags}
        />
      </div>
    </Dialog>
  );
}

function servedOn(targets: number, end: number | null): string {
  if (end === null)
    return plural(targets, {
      one: '# target serves it right now and goes on with it',
      other: '# targets serve it right now and go on with it',
    });
  const until = date(end);
  return plural(targets, {
    one: `# target serves it right now and goes on with it until it expires on ${until}`,
    other: `# targets serve it right now and go on with it until it expires on ${until}`,
  });
}

export function ArchiveDialog({ it, onClose }: { it: Certificate; onClose: () => void }) {
  const queries = useQueryClient();
  const archive = useMutation({
    mutationFn: () => taken(client.DELETE('/certificates/{id}', { params: { path: { id: it.id } } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['/certificates/{id}'] });
      void queries.invalidateQueries({ queryKey: ['grid', '/certificates'] });
      say(`${it.name} is archived`);
      onClose();
    },
    onError: (error) => complain(`${it.name} was not archived`, error),
  });
  const end = instant(it.not_after);
  return (
    <TypedConfirm
      action="Archive certificate"
      busy={archive.isPending}
      keep="Keep certificate"
      name={it.live.live > 0 ? it.name : undefined}
      onClose={onClose}
      onConfirm={() => archive.mutate()}
      title={`Archive ${it.name}?`}
    >
      <p className="text-ink-2">
        It leaves the lists and is not renewed or deployed any more. This cannot be taken back; its history stays.
      </p>
      <Impacts
        items={[
          it.live.live > 0
            ? {
                glyph: 'failing',
                tone: 'crit',
                text: servedOn(it.live.live, end),
              }
            : { glyph: 'archived', tone: 'neutral', text: 'No target was last seen serving it' },
          ...(it.open_job_ids.length > 0
            ? [
                {
                  glyph: 'warning' as const,
                  tone: 'warn' as const,
                  text: `${count(it.open_job_ids.length, 'job')} under way`,
                },
              ]
            : []),
          { glyph: 'due', tone: 'neutral', text: 'No renewal is begun any more' },
        ]}
      />
    </TypedConfirm>
  );
}
