// A profile: what may be issued. Its limits hold for each issuance from now on; what was issued stays.
// Not for: when it is renewed (policies). Invariant: a change by somebody else is never overwritten unseen.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { issuersQuery, useCaller, useNames } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { DraftFaults } from '@/components/draft-faults';
import { ErrorState } from '@/components/error-state';
import { FormFields } from '@/components/form-fields';
import { PickList } from '@/components/pick-list';
import { RemoveDialog } from '@/components/remove-dialog';
import { SaveBar } from '@/components/save-bar';
import { TextList } from '@/components/text-list';
import { TimeAgo } from '@/components/times';
import { ifMatch, useDraft } from '@/lib/draft';
import { keyName, strategies } from '@/lib/key-names';
import { algorithms, profileBody, profileFaults, profileForm, profileInWords, usages } from '@/lib/profile-form';
import { approvals } from '@/lib/rule-words';
import { PageHeader } from '@/shell/page-header';
import { Button } from '@/ui/button';
import { CheckField, CheckGroup } from '@/ui/check-field';
import { CopyId } from '@/ui/copy';
import { Field, TextField } from '@/ui/field';
import { DurationInput, NumberInput } from '@/ui/number-field';
import { Panel } from '@/ui/panel';
import { Select } from '@/ui/select';
import { SkeletonRows } from '@/ui/skeleton';
import { say } from '@/ui/toast';
import { Impact } from './impact';

type Profile = Schemas['Profile'];

const crumbs = [{ label: 'Profiles & policies', to: '/policies' }];
const back = { to: '/policies', search: { tab: 'profiles' } as never };

const roles = [
  { value: 'admin', label: 'Admin' },
  { value: 'operator', label: 'Operator' },
  { value: 'viewer', label: 'Viewer' },
  { value: 'auditor', label: 'Auditor' },
] as const;

export function ProfilePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const profile = useQuery(q('/profiles/{id}', { path: { id } }));
  if (profile.data) return <Editor it={profile.data} key={id} />;
  return (
    <>
      <PageHeader crumbs={crumbs} title={id} />
      {profile.isError ? (
        <ErrorState error={profile.error} onRetry={() => void profile.refetch()} what={`The profile ${id}`} />
      ) : (
        <SkeletonRows rows={10} />
      )}
    </>
  );
}

export const NewProfilePage = () => <Editor it={null} />;

function Editor({ it }: { it: Profile | null }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const nameOf = useNames();
  const caller = useCaller();
  const reason = may(caller, 'config.manage');
  const issuers = useQuery({ ...issuersQuery(), enabled: caller.permissions.includes('issuers.read') }).data;
  const facets = useQuery(
    q('/certificates/facets', { query: { archived: false, ...(it ? { profile_id: it.id } : {}) } }),
  ).data;
  const environments = facets?.facets
    .find((each) => each.facet === 'environment')
    ?.values.flatMap((each) => (each.value === null || each.value === undefined ? [] : [each.value]));
  const draft = useDraft(it, profileForm);
  const { form, change } = draft;
  const [removing, setRemoving] = useState(false);
  const [tried, setTried] = useState(false);
  const faults = profileFaults(form);
  const save = useMutation({
    mutationFn: () => {
      const body = profileBody(form);
      return it && draft.base
        ? taken(
            client.PATCH('/profiles/{id}', {
              params: { path: { id: it.id }, header: ifMatch(draft.base) },
              body: body as Schemas['UpdateProfile'],
            }),
          )
        : taken(client.POST('/profiles', { body: body as Schemas['CreateProfile'] }));
    },
    onSuccess: (next) => {
      queries.setQueryData(q('/profiles/{id}', { path: { id: next.id } }).queryKey, next);
      void queries.invalidateQueries({ queryKey: ['/profiles'] });
      draft.reset();
      say(`${next.name} is ${it ? 'changed' : 'made'}`, it ? { description: 'It holds from the next issuance.' } : {});
      if (!it) void navigate({ to: `/profiles/${next.id}` });
    },
    onError: (error) => {
      if (ApiError.of(error).status === 412)
        void queries.invalidateQueries({ queryKey: q('/profiles/{id}', { path: { id: it?.id ?? '' } }).queryKey });
    },
  });
  const why =
    reason ?? (draft.stale ? 'choose one of the two versions first' : it && !draft.dirty ? 'nothing differs' : null);
  const shown = (pointer: string) => (tried || it ? faults[pointer] : undefined);
  const life = (label: string, help: string, key: 'minLife' | 'life' | 'maxLife', pointer: string) => (
    <Field error={faults[pointer]} help={help} label={label}>
      {({ id, 'aria-describedby': note }) => (
        <DurationInput
          aria-describedby={note}
          id={id}
          invalid={faults[pointer] !== undefined}
          label={label}
          onChange={(seconds) => change({ [key]: seconds })}
          value={form[key]}
        />
      )}
    </Field>
  );
  return (
    <div className="flex flex-col gap-4 p-6 tablet:p-4">
      <PageHeader crumbs={crumbs} plain={it !== null} title={it?.name ?? 'New profile'} />
      {it ? (
        <header className="flex max-w-340 flex-wrap items-start gap-3">
          <div className="min-w-0 flex-1">
            <h1 className="text-xl font-semibold">{it.name}</h1>
            <div className="mt-1 flex flex-wrap items-center gap-x-3 text-ink-2">
              Profile <CopyId id={it.id} label="Copy the profile's id" />
              <span className="text-ink-3">
                changed <TimeAgo at={it.updated_at} />
              </span>
            </div>
          </div>
          <Button disabledReason={reason} icon={<Trash2 size={14} />} onClick={() => setRemoving(true)}>
            Remove…
          </Button>
        </header>
      ) : null}
      <div className="grid max-w-340 grid-cols-[minmax(0,1fr)_minmax(0,22rem)] items-start gap-4 max-xl:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-4">
          <DraftFaults
            draft={draft}
            mine={profileInWords(form, nameOf)}
            save={save}
            theirs={it && profileInWords(profileForm(it), nameOf)}
            what="The profile"
          />
          <FormFields reason={reason}>
            <Panel title="Certificates">
              <div className="flex flex-col gap-5">
                <TextField
                  className="max-w-100"
                  error={shown('/name')}
                  label="Name"
                  maxLength={200}
                  onChange={(event) => change({ name: event.target.value })}
                  value={form.name}
                />
                <div className="flex flex-wrap gap-x-8 gap-y-4">
                  {life('Lifetime', 'When none is asked for.', 'life', '/default_lifetime_seconds')}
                  {life('Shortest', 'That may be asked for.', 'minLife', '/min_lifetime_seconds')}
                  {life('Longest', 'That may be asked for.', 'maxLife', '/max_lifetime_seconds')}
                </div>
                <CheckGroup
                  chosen={form.usages as ('server_auth' | 'client_auth')[]}
                  error={faults['/extended_key_usages']}
                  label="Use"
                  onChange={(next) => change({ usages: next })}
                  options={Object.entries(usages).map(([value, label]) => ({
                    value: value as 'server_auth' | 'client_auth',
                    label,
                  }))}
                />
                {issuers ? (
                  <div className="flex flex-col gap-1">
                    <span className="text-sm font-medium">Issuers</span>
                    <PickList
                      chosen={form.issuers}
                      empty="There is no issuer yet."
                      label="Issuers"
                      onChange={(next) => change({ issuers: next })}
                      options={issuers.items.map((each) => ({ id: each.id, label: each.name }))}
                    />
                    <p className="text-xs text-ink-3">
                      {form.issuers.length === 0 ? 'None chosen: any issuer may sign.' : 'Only these may sign.'}
                    </p>
                  </div>
                ) : null}
              </div>
            </Panel>
            <Panel title="Keys">
              <div className="flex flex-col gap-5">
                <CheckGroup
                  chosen={form.keys as string[]}
                  error={faults['/key_algorithms']}
                  label="Kinds of keys"
                  onChange={(next) => change({ keys: next })}
                  options={[...new Set([...algorithms, ...form.keys])].map((value) => ({
                    value: value as string,
                    label: keyName(value),
                  }))}
                />
                {form.keys.length > 1 ? (
                  <Field help="When none is asked for." label="Usual kind">
                    {({ id }) => (
                      <Select
                        className="w-48"
                        id={id}
                        onChange={(first) => change({ keys: [first, ...form.keys.filter((each) => each !== first)] })}
                        options={form.keys.map((value) => ({ value, label: keyName(value) }))}
                        value={form.keys[0] ?? null}
                      />
                    )}
                  </Field>
                ) : null}
                <CheckGroup
                  chosen={form.strategies}
                  help={form.strategies.length === 0 ? 'None chosen: anybody.' : 'Only these.'}
                  label="Who may make the key"
                  onChange={(next) => change({ strategies: next })}
                  options={(Object.keys(strategies) as Schemas['KeyStrategy'][]).map((value) => ({
                    value,
                    label: strategies[value],
                  }))}
                />
              </div>
            </Panel>
            <Panel title="Names">
              <div className="flex flex-col gap-5">
                <TextList
                  error={ApiError.of(save.error).at('/name_patterns')}
                  help={
                    form.patterns.length === 0
                      ? 'Any name. With patterns, each name has to match one of them; * stands for any letters.'
                      : 'Each name has to match one of them; * stands for any letters.'
                  }
                  label="Patterns"
                  one="pattern"
                  onChange={(patterns) => change({ patterns })}
                  placeholder="*.example.internal"
                  values={form.patterns}
                />
                <CheckField
                  checked={form.wildcards}
                  label="Wildcards such as *.example.internal"
                  onChange={(wildcards) => change({ wildcards })}
                />
                <CheckField
                  checked={form.addresses}
                  label="IP addresses"
                  onChange={(addresses) => change({ addresses })}
                />
                <Field error={faults['/max_names']} label="Most names of one certificate">
                  {(ids) => (
                    <NumberInput {...ids} onChange={(maxNames) => change({ maxNames })} value={form.maxNames} />
                  )}
                </Field>
              </div>
            </Panel>
            <Panel title="Who and where">
              <div className="flex flex-col gap-5">
                <Field help="Somebody else than who asked says yes before it is signed." label="Approval">
                  {({ id }) => (
                    <Select
                      className="w-56"
                      id={id}
                      onChange={(approval) => change({ approval })}
                      options={(Object.keys(approvals) as Schemas['ApprovalMode'][]).map((value) => ({
                        value,
                        label: approvals[value],
                      }))}
                      value={form.approval}
                    />
                  )}
                </Field>
                <CheckGroup
                  chosen={form.roles}
                  help={form.roles.length === 0 ? 'None chosen: all that have the right.' : 'Only these.'}
                  label="Who may ask"
                  onChange={(next) => change({ roles: next })}
                  options={roles}
                />
                <TextList
                  help={
                    form.environments.length === 0 ? 'In any environment, and in none.' : 'Only in these environments.'
                  }
                  known={environments}
                  label="Environments"
                  one="environment"
                  onChange={(next) => change({ environments: next })}
                  placeholder="production"
                  values={form.environments}
                />
              </div>
            </Panel>
          </FormFields>
          <SaveBar
            action={it ? 'Save changes' : 'Make the profile'}
            busy={save.isPending}
            dirty={draft.dirty}
            discard={it ? undefined : 'Cancel'}
            onDiscard={
              it
                ? draft.dirty
                  ? () => {
                      save.reset();
                      draft.reset();
                    }
                  : undefined
                : () => void navigate({ ...back, ignoreBlocker: true })
            }
            onSave={() => {
              setTried(true);
              if (Object.keys(faults).length === 0) save.mutate();
            }}
            reason={why}
          />
        </div>
        <div className="sticky top-6 flex min-w-0 flex-col gap-4 max-xl:static">
          {it ? (
            <Impact
              dirty={draft.dirty}
              form={form}
              it={it}
              valid={Object.keys(faults).every((pointer) => pointer === '/name')}
            />
          ) : null}
          <Panel title="When it holds">
            <ul className="flex list-disc flex-col gap-1.5 ps-4 text-ink-2">
              <li>Limits hold when a certificate is asked for, when it is changed, and when it is signed.</li>
              <li>So a narrower profile reaches renewals that were asked for already.</li>
              <li>What was issued stays as it is until its next renewal.</li>
            </ul>
          </Panel>
        </div>
      </div>
      {removing && it ? (
        <RemoveDialog
          name={it.name}
          noun="profile"
          onClose={() => setRemoving(false)}
          onDone={() => {
            say(`${it.name} is removed`);
            void queries.invalidateQueries({ queryKey: ['/profiles'] });
            void navigate({ ...back, ignoreBlocker: true });
          }}
          remove={() => taken(client.DELETE('/profiles/{id}', { params: { path: { id: it.id } } }))}
        >
          <p>Only a profile that no certificate names can be removed; archived certificates count too.</p>
        </RemoveDialog>
      ) : null}
    </div>
  );
}
