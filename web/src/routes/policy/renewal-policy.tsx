// A renewal policy: when certificates are renewed and people are warned, set on a track, with what a change would lead to beside
// it. Not for: certificates' own values. Invariant: what is shown as a consequence was counted by the server.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Plus, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { DraftFaults } from '@/components/draft-faults';
import { ErrorState } from '@/components/error-state';
import { FormFields } from '@/components/form-fields';
import { RemoveDialog } from '@/components/remove-dialog';
import { SaveBar } from '@/components/save-bar';
import { ThresholdTrack } from '@/components/threshold-track';
import { TimeAgo } from '@/components/times';
import { WeekWindowFields } from '@/components/week-window-fields';
import { ifMatch, useDraft } from '@/lib/draft';
import { useKeys } from '@/lib/keyboard';
import { type PolicyForm, policyBody, policyFaults, policyForm, policyInWords } from '@/lib/renewal-policy-form';
import { inOrder, type Mark, type Point, warnsTooSoon } from '@/lib/thresholds';
import { took } from '@/lib/time';
import { night } from '@/lib/week-window';
import { plural } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Button, IconButton } from '@/ui/button';
import { CheckField } from '@/ui/check-field';
import { CopyId } from '@/ui/copy';
import { Field, TextField } from '@/ui/field';
import { DurationInput, NumberInput } from '@/ui/number-field';
import { Panel } from '@/ui/panel';
import { Select } from '@/ui/select';
import { SkeletonRows } from '@/ui/skeleton';
import { say } from '@/ui/toast';
import { Impact } from './impact';

type Policy = Schemas['RenewalPolicy'];

const crumbs = [{ label: 'Profiles & policies', to: '/policies' }];
const DAY = 86_400;

export function RenewalPolicyPage({ id }: { id?: string }) {
  const policy = useQuery({
    ...q('/renewal-policies/{id}', { path: { id: id ?? '' } }),
    enabled: id !== undefined,
  });
  if (id === undefined) return <Editor it={null} />;
  if (policy.data) return <Editor it={policy.data} />;
  return (
    <>
      <PageHeader crumbs={crumbs} title={id} />
      {policy.isError ? (
        <ErrorState error={policy.error} onRetry={() => void policy.refetch()} what={`The policy ${id}`} />
      ) : (
        <SkeletonRows rows={10} />
      )}
    </>
  );
}

/** The lives that its certificates have, the most frequent first, and those that public CAs will give. */
function useLifetimes(id: string | undefined): readonly number[] {
  const rows = useQuery({
    ...q('/certificates', { query: { policy_id: id ?? '', limit: 200 } }),
    enabled: id !== undefined,
    staleTime: 60_000,
  }).data;
  const counts = new Map<number, number>();
  for (const row of rows?.items ?? []) counts.set(row.lifetime_seconds, (counts.get(row.lifetime_seconds) ?? 0) + 1);
  const own = [...counts].toSorted((a, b) => b[1] - a[1]).map(([lifetime]) => lifetime);
  return [...new Set([...own.slice(0, 6), 90 * DAY, 47 * DAY, 199 * DAY])];
}

function Editor({ it }: { it: Policy | null }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const reason = may(useCaller(), 'config.manage');
  const draft = useDraft(it, policyForm);
  const { form, change } = draft;
  const [removing, setRemoving] = useState(false);
  const [tried, setTried] = useState(false);
  const lifetimes = useLifetimes(it?.id);
  const [chosen, setChosen] = useState<number | null>(null);
  const lifetime = chosen ?? lifetimes[0] ?? 90 * DAY;
  const faults = policyFaults(form);
  const save = useMutation({
    mutationFn: () => {
      const body = policyBody(form);
      return it && draft.base
        ? taken(
            client.PATCH('/renewal-policies/{id}', {
              params: { path: { id: it.id }, header: ifMatch(draft.base) },
              body: body as Schemas['UpdateRenewalPolicy'],
            }),
          )
        : taken(client.POST('/renewal-policies', { body: body as Schemas['CreateRenewalPolicy'] }));
    },
    onSuccess: (next) => {
      queries.setQueryData(q('/renewal-policies/{id}', { path: { id: next.id } }).queryKey, next);
      void queries.invalidateQueries({ queryKey: ['/renewal-policies'] });
      draft.reset();
      say(`${next.name} is ${it ? 'changed' : 'made'}`, it ? {} : { description: 'No certificate follows it yet.' });
      if (!it) void navigate({ to: `/policies/${next.id}` });
    },
    onError: (error) => {
      if (ApiError.of(error).status === 412)
        void queries.invalidateQueries({
          queryKey: q('/renewal-policies/{id}', { path: { id: it?.id ?? '' } }).queryKey,
        });
    },
  });
  useKeys([
    {
      keys: 'E',
      label: 'To the renewal point',
      group: 'This page',
      run: () => document.getElementById('renewal-point')?.focus(),
    },
  ]);
  const why =
    reason ?? (draft.stale ? 'choose one of the two versions first' : it && !draft.dirty ? 'nothing differs' : null);
  return (
    <div className="flex flex-col gap-4 p-6 tablet:p-4">
      <PageHeader crumbs={crumbs} plain={it !== null} title={it?.name ?? 'New renewal policy'} />
      {it ? (
        <header className="flex max-w-340 flex-wrap items-start gap-3">
          <div className="min-w-0 flex-1">
            <h1 className="text-xl font-semibold">{it.name}</h1>
            <div className="mt-1 flex flex-wrap items-center gap-x-3 text-ink-2">
              Renewal policy <CopyId id={it.id} label="Copy the policy's id" />
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
      <div className="grid max-w-340 grid-cols-[minmax(0,1fr)_minmax(0,26rem)] items-start gap-4 max-xl:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-4">
          <DraftFaults
            draft={draft}
            mine={policyInWords(form)}
            save={save}
            theirs={it && policyInWords(policyForm(it))}
            what="The policy"
          />
          <FormFields reason={reason}>
            <Panel
              actions={
                <span className="flex items-center gap-2 text-xs text-ink-3">
                  shown for a life of
                  <Select
                    className="w-32"
                    label="Length of the life that is shown"
                    onChange={(text) => setChosen(Number(text))}
                    options={lifetimes.map((each) => ({ value: String(each), label: took(each * 1000) }))}
                    value={String(lifetime)}
                  />
                </span>
              }
              title="When"
            >
              <ThresholdTrack
                automatic={form.automatic}
                lifetime={lifetime}
                marks={form.marks}
                onMark={(index, mark) =>
                  change({ marks: form.marks.map((other, place) => (place === index ? mark : other)) })
                }
                onPoint={(point) => change({ point })}
                point={form.point}
                readOnly={reason !== null}
              />
              <div className="mt-4 flex flex-col gap-5 border-t border-line pt-4">
                <PointFields fault={faults['/point']} form={form} lifetime={lifetime} onChange={change} />
                <Marks fault={faults['/alert_thresholds_days']} form={form} lifetime={lifetime} onChange={change} />
              </div>
            </Panel>
            <Panel title="How">
              <div className="flex flex-col gap-5">
                <TextField
                  className="max-w-100"
                  error={tried ? faults['/name'] : undefined}
                  label="Name"
                  maxLength={200}
                  onChange={(event) => change({ name: event.target.value })}
                  value={form.name}
                />
                <CheckField
                  checked={form.automatic}
                  help="Otherwise a renewal that is due waits until somebody asks for it; warnings come all the same."
                  label="Renew by itself"
                  onChange={(automatic) => change({ automatic })}
                />
                <Field
                  error={faults['/max_attempts']}
                  help="Of each job, deployments included; each later than the one before."
                  label="Tries"
                >
                  {(ids) => (
                    <NumberInput
                      {...ids}
                      onChange={(maxAttempts) => change({ maxAttempts })}
                      value={form.maxAttempts}
                    />
                  )}
                </Field>
                <Windows fault={faults['/windows']} form={form} onChange={change} />
              </div>
            </Panel>
          </FormFields>
          <SaveBar
            action={it ? 'Save changes' : 'Make the policy'}
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
                : () => void navigate({ to: '/policies', ignoreBlocker: true })
            }
            onSave={() => {
              setTried(true);
              if (Object.keys(faults).length === 0) save.mutate();
            }}
            reason={why}
          />
        </div>
        <Impact dirty={draft.dirty} form={form} it={it} valid={Object.keys(faults).every((key) => key === '/name')} />
      </div>
      {removing && it ? (
        <RemoveDialog
          name={it.name}
          noun="policy"
          onClose={() => setRemoving(false)}
          onDone={() => {
            say(`${it.name} is removed`);
            void queries.invalidateQueries({ queryKey: ['/renewal-policies'] });
            void navigate({ to: '/policies', ignoreBlocker: true });
          }}
          remove={() => taken(client.DELETE('/renewal-policies/{id}', { params: { path: { id: it.id } } }))}
        >
          <p>Only a policy that no certificate follows can be removed; archived certificates count too.</p>
        </RemoveDialog>
      ) : null}
    </div>
  );
}

interface PartProps {
  form: PolicyForm;
  onChange: (patch: Partial<PolicyForm>) => void;
  fault?: string;
}

const kinds = [
  { value: 'rule', label: 'by the usual rule' },
  { value: 'percent', label: 'after a share of the life' },
  { value: 'before', label: 'so long before the end' },
  { value: 'sooner', label: 'whichever is sooner' },
] as const;

function PointFields({ form, lifetime, onChange, fault }: PartProps & { lifetime: number }) {
  const { point } = form;
  const kind = point === null ? 'rule' : 'sooner' in point ? 'sooner' : 'percent' in point ? 'percent' : 'before';
  const share = point && 'sooner' in point ? point.sooner : point && 'percent' in point ? point : null;
  const before = point && 'sooner' in point ? point.sooner : point && 'seconds_before' in point ? point : null;
  const choose = (next: typeof kind) => {
    const percent = share?.percent ?? 67;
    const seconds_before = before?.seconds_before ?? Math.max(3600, Math.floor(lifetime / 3 / 3600) * 3600);
    const made: Record<typeof next, Point> = {
      rule: null,
      percent: { percent },
      before: { seconds_before },
      sooner: { sooner: { percent, seconds_before } },
    };
    onChange({ point: made[next] });
  };
  const set = (patch: { percent?: number; seconds_before?: number }) =>
    onChange({
      point: (point && 'sooner' in point ? { sooner: { ...point.sooner, ...patch } } : patch) as Point,
    });
  return (
    <div className="flex flex-col gap-1">
      <span className="text-sm font-medium">Renewal point</span>
      <div className="flex flex-wrap items-center gap-2">
        <Select className="w-56" label="How the renewal point is set" onChange={choose} options={kinds} value={kind} />
        {share ? (
          <>
            <NumberInput
              invalid={fault !== undefined}
              label="Share of the life in percent"
              onChange={(percent) => set({ percent: percent ?? 0 })}
              value={share.percent}
            />
            <span className="text-ink-2">%</span>
          </>
        ) : null}
        {share && before ? <span className="text-ink-2">or</span> : null}
        {before ? (
          <DurationInput
            invalid={fault !== undefined}
            label="Time before the end"
            onChange={(seconds) => set({ seconds_before: seconds ?? 0 })}
            units={['h', 'd']}
            value={before.seconds_before}
          />
        ) : null}
      </div>
      <p className={fault ? 'text-xs text-crit' : 'text-xs text-ink-3'}>
        {fault ??
          {
            rule: 'At two thirds of the life; at half of a life under ten days.',
            percent: 'Each renewal is moved up to 3 % earlier, so that they do not all come at once.',
            before: 'Never before half of the life, so that it holds for short ones too.',
            sooner: 'The share for long lives, the time before the end for short ones: the earlier of the two counts.',
          }[kind]}
      </p>
    </div>
  );
}

function Marks({ form, lifetime, onChange, fault }: PartProps & { lifetime: number }) {
  const set = (marks: readonly Mark[]) => onChange({ marks });
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">Warnings before the end</legend>
      {form.marks.map((mark, index) => (
        // Warnings have no identity of their own; they are told apart by their places.
        <div className="flex flex-wrap items-center gap-2" key={index.toString()}>
          <NumberInput
            label={`Warning ${index + 1}`}
            onChange={(value) =>
              set(form.marks.map((other, place) => (place === index ? { ...other, value: value ?? 0 } : other)))
            }
            value={mark.value}
          />
          <Select
            className="w-48"
            label={`Unit of warning ${index + 1}`}
            onChange={(unit) =>
              set(
                form.marks.map((other, place) =>
                  place === index ? { unit, value: unit === 'percent' ? 10 : 7 } : other,
                ),
              )
            }
            options={[
              { value: 'days', label: 'days before the end' },
              { value: 'percent', label: '% of the life left' },
            ]}
            value={mark.unit}
          />
          <IconButton
            icon={<X size={14} />}
            label={`Remove warning ${index + 1}`}
            onClick={() => set(form.marks.filter((_, place) => place !== index))}
          />
          {mark.unit === 'days' && mark.value * DAY >= lifetime ? (
            <span className="text-xs text-ink-3">does not count in a life of {took(lifetime * 1000)}</span>
          ) : form.automatic && warnsTooSoon(mark, form.point, lifetime) ? (
            <span className="text-xs text-warn">
              before the renewal has its turn: each life of {took(lifetime * 1000)} warns
            </span>
          ) : null}
        </div>
      ))}
      {form.marks.length === 0 ? <p className="text-xs text-ink-3">Nobody is warned.</p> : null}
      {fault ? <p className="text-xs text-crit">{fault}</p> : null}
      <Button
        className="self-start"
        icon={<Plus size={14} />}
        onClick={() => set(inOrder([...form.marks, { unit: 'days', value: 3 }], Math.max(lifetime, 366 * DAY)))}
        size="sm"
      >
        Add a warning
      </Button>
    </fieldset>
  );
}

function Windows({ form, onChange, fault }: PartProps) {
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1 text-sm font-medium">Windows</legend>
      <p className="-mt-1 text-xs text-ink-3">
        {form.windows.length === 0
          ? 'Renewals by itself come at any time.'
          : plural(form.windows.length, {
              one: 'Renewals by itself, and their deployments, wait for this part of the week, unless the end would come first.',
              other:
                'Renewals by itself, and their deployments, wait for one of # parts of the week, unless the end would come first.',
            })}
      </p>
      {form.windows.map((window, index) => (
        <div className="flex flex-wrap items-start gap-2" key={index.toString()}>
          <WeekWindowFields
            label={`Window ${index + 1}`}
            onChange={(next) =>
              onChange({ windows: form.windows.map((other, place) => (place === index ? next : other)) })
            }
            value={window}
          />
          <IconButton
            icon={<X size={14} />}
            label={`Remove window ${index + 1}`}
            onClick={() => onChange({ windows: form.windows.filter((_, place) => place !== index) })}
          />
        </div>
      ))}
      {fault ? <p className="text-xs text-crit">{fault}</p> : null}
      <Button
        className="self-start"
        icon={<Plus size={14} />}
        onClick={() => onChange({ windows: [...form.windows, night()] })}
        size="sm"
      >
        Add a window
      </Button>
    </fieldset>
  );
}
