// A policy rule: what is asked, of which certificates, and what becomes of a breach; with what it hits now beside it.
// Not for: its violations (violations.tsx). Invariant: what it hits was found by the server, by the code of the real thing.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useCaller, useNames } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { DraftFaults } from '@/components/draft-faults';
import { ErrorState } from '@/components/error-state';
import { ChooseMany } from '@/components/filters/choose-many';
import { FormFields } from '@/components/form-fields';
import { useInventoryChoices } from '@/components/inventory-choices';
import { PickList } from '@/components/pick-list';
import { RemoveDialog } from '@/components/remove-dialog';
import { SaveBar } from '@/components/save-bar';
import { SchemaForm, type Widget } from '@/components/schema-form/schema-form';
import { TextList } from '@/components/text-list';
import { TimeAgo } from '@/components/times';
import { ifMatch, useDraft } from '@/lib/draft';
import type { Schema } from '@/lib/json-schema';
import { ruleBody, ruleFaults, ruleForm, ruleInWords, ruleSchema, selectorFields } from '@/lib/rule-form';
import { modes, severities } from '@/lib/rule-words';
import type { Search } from '@/lib/search';
import { number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CheckField, CheckGroup } from '@/ui/check-field';
import { Count } from '@/ui/chip';
import { CopyId } from '@/ui/copy';
import { Field, TextArea, TextField } from '@/ui/field';
import { DurationInput } from '@/ui/number-field';
import { Panel } from '@/ui/panel';
import { Select } from '@/ui/select';
import { SkeletonRows } from '@/ui/skeleton';
import { Tabs } from '@/ui/tabs';
import { say } from '@/ui/toast';
import { RuleImpact } from './rule-impact';
import { Violations } from './violations';

type Rule = Schemas['PolicyRule'];

const crumbs = [{ label: 'Profiles & policies', to: '/policies' }];
const back = { to: '/policies', search: { tab: 'rules' } as never };

export function RulePage({ id }: { id?: string }) {
  const { tab } = useSearch({ strict: false }) as Search;
  const rule = useQuery({ ...q('/policies/{id}', { path: { id: id ?? '' } }), enabled: id !== undefined });
  const open = useQuery({
    ...q('/policies/{id}/violations', { path: { id: id ?? '' }, query: { state: 'open', limit: 1, total: true } }),
    enabled: id !== undefined,
  }).data;
  if (id === undefined) return <Editor it={null} />;
  if (!rule.data)
    return (
      <>
        <PageHeader crumbs={crumbs} title={id} />
        {rule.isError ? (
          <ErrorState error={rule.error} onRetry={() => void rule.refetch()} what={`The rule ${id}`} />
        ) : (
          <SkeletonRows rows={10} />
        )}
      </>
    );
  const listed = tab === 'violations';
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="sticky top-0 z-10 flex h-11 shrink-0 items-center border-b border-line bg-surface px-5">
        <Tabs
          label={`The rule ${rule.data.name}`}
          tabs={[
            { key: 'rule', label: 'Rule', to: { to: `/policies/${id}` }, active: !listed },
            {
              key: 'violations',
              label: <>Violations {open?.total ? <Count value={open.total} /> : null}</>,
              to: { to: `/policies/${id}`, search: { tab: 'violations' } as never },
              active: listed,
            },
          ]}
        />
      </div>
      {listed ? (
        <>
          <PageHeader crumbs={crumbs} title={rule.data.name} />
          <Violations it={rule.data} />
        </>
      ) : (
        <Editor it={rule.data} />
      )}
    </div>
  );
}

function Editor({ it }: { it: Rule | null }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const nameOf = useNames();
  const reason = may(useCaller(), 'policies.manage');
  const kinds = useQuery({ ...q('/policy-kinds'), staleTime: Number.POSITIVE_INFINITY });
  const draft = useDraft(it, ruleForm);
  const { form, change } = draft;
  const [removing, setRemoving] = useState(false);
  const [tried, setTried] = useState(false);
  const given = kinds.data?.find((each) => each.kind === form.kind)?.schema as Schema | undefined;
  const schema = given && ruleSchema(given);
  const faults = ruleFaults(form, schema);
  const unnamed = form.name.trim() === '';
  const save = useMutation({
    mutationFn: () => {
      const body = ruleBody(form);
      if (!it || !draft.base) return taken(client.POST('/policies', { body: body as Schemas['CreatePolicyRule'] }));
      const { kind: _, ...rest } = body;
      return taken(
        client.PATCH('/policies/{id}', {
          params: { path: { id: it.id }, header: ifMatch(draft.base) },
          body: rest as Schemas['UpdatePolicyRule'],
        }),
      );
    },
    onSuccess: (next) => {
      queries.setQueryData(q('/policies/{id}', { path: { id: next.id } }).queryKey, next);
      void queries.invalidateQueries({ queryKey: ['/policies'] });
      void queries.invalidateQueries({ queryKey: ['/policies/{id}/violations'] });
      draft.reset();
      say(`${next.name} is ${it ? 'changed' : 'made'}`, { description: 'It is held against the inventory now.' });
      if (!it) void navigate({ to: `/policies/${next.id}` });
    },
    onError: (error) => {
      if (ApiError.of(error).status === 412)
        void queries.invalidateQueries({ queryKey: q('/policies/{id}', { path: { id: it?.id ?? '' } }).queryKey });
    },
  });
  const failed = save.error ? ApiError.of(save.error) : null;
  const server = Object.fromEntries(
    (failed?.problem?.errors ?? [])
      .filter((each) => each.pointer.startsWith('/parameters'))
      .map((each) => [each.pointer.slice('/parameters'.length), each.detail]),
  );
  const shownFaults = { ...(tried ? faults : {}), ...server };
  const why =
    reason ?? (draft.stale ? 'choose one of the two versions first' : it && !draft.dirty ? 'nothing differs' : null);
  const save_ = () => {
    setTried(true);
    if (!unnamed && Object.keys(faults).length === 0) save.mutate();
  };
  return (
    <div className="flex flex-col gap-4 p-6 tablet:p-4">
      <PageHeader crumbs={crumbs} plain={it !== null} title={it?.name ?? 'New rule'} />
      {it ? (
        <header className="flex max-w-340 flex-wrap items-start gap-3">
          <div className="min-w-0 flex-1">
            <h1 className="text-xl font-semibold">{it.name}</h1>
            <div className="mt-1 flex flex-wrap items-center gap-x-3 text-ink-2">
              Rule <CopyId id={it.id} label="Copy the rule's id" />
              <span className="text-ink-3">
                {it.sweeping ? (
                  'being held against the inventory'
                ) : it.swept_at ? (
                  <>
                    held against the inventory <TimeAgo at={it.swept_at} />
                  </>
                ) : (
                  'not held against the inventory yet'
                )}
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
            mine={ruleInWords(form, nameOf)}
            save={save}
            theirs={it && ruleInWords(ruleForm(it), nameOf)}
            what="The rule"
          />
          {kinds.isError ? (
            <ErrorState error={kinds.error} onRetry={() => void kinds.refetch()} what="The form of the rule" />
          ) : null}
          <FormFields reason={reason}>
            <Panel title="What is asked">
              <div className="flex max-w-160 flex-col gap-5">
                {it ? (
                  <p className="font-medium">{kinds.data?.find((each) => each.kind === it.kind)?.title ?? it.kind}</p>
                ) : (
                  <Field label="Kind">
                    {({ id }) => (
                      <Select
                        className="w-full max-w-100"
                        id={id}
                        onChange={(kind) => change({ kind, parameters: {} })}
                        options={(kinds.data ?? []).map((each) => ({ value: each.kind, label: each.title }))}
                        value={form.kind}
                      />
                    )}
                  </Field>
                )}
                {schema ? (
                  <Parameters
                    faults={shownFaults}
                    key={form.kind}
                    onChange={(parameters) => change({ parameters })}
                    schema={schema}
                    values={form.parameters}
                  />
                ) : (
                  <SkeletonRows rows={2} />
                )}
                {shownFaults[''] ? <p className="text-xs text-crit">{shownFaults['']}</p> : null}
              </div>
            </Panel>
            <Panel
              note={
                Object.values(form.selector).every((each) => (each?.length ?? 0) === 0)
                  ? 'all of them'
                  : 'those that fit each part'
              }
              title="Of which certificates"
            >
              <Holds onChange={(selector) => change({ selector })} selector={form.selector} />
            </Panel>
            <Panel title="What becomes of a breach">
              <div className="flex flex-col gap-5">
                <fieldset className="flex flex-col gap-3">
                  <legend className="sr-only">Mode</legend>
                  {(Object.keys(modes) as Rule['mode'][]).map((mode) => (
                    <label className="flex items-start gap-2.5" htmlFor={`mode-${mode}`} key={mode}>
                      <input
                        aria-label={modes[mode].label}
                        checked={form.mode === mode}
                        className="mt-0.5 size-4 accent-accent"
                        id={`mode-${mode}`}
                        name="mode"
                        onChange={() => change({ mode })}
                        type="radio"
                      />
                      <span>
                        <span className="font-medium">{modes[mode].label}</span>
                        <span className="block text-xs text-ink-3">{modes[mode].help}</span>
                      </span>
                    </label>
                  ))}
                </fieldset>
                <Field label="Severity">
                  {({ id }) => (
                    <Select
                      className="w-40"
                      id={id}
                      onChange={(severity) => change({ severity })}
                      options={(Object.keys(severities) as Rule['severity'][]).map((value) => ({
                        value,
                        label: severities[value].label,
                      }))}
                      value={form.severity}
                    />
                  )}
                </Field>
              </div>
            </Panel>
            <Panel title="About it">
              <div className="flex max-w-160 flex-col gap-5">
                <TextField
                  error={tried && unnamed ? 'A name is needed.' : failed?.at('/name')}
                  help="Named in each refusal and violation."
                  label="Name"
                  maxLength={200}
                  onChange={(event) => change({ name: event.target.value })}
                  value={form.name}
                />
                <TextArea
                  label="What it is for"
                  maxLength={1000}
                  onChange={(event) => change({ description: event.target.value })}
                  optional
                  rows={2}
                  value={form.description}
                />
                <CheckField
                  checked={form.enabled}
                  help="Switched off, it asks nothing, and its violations close."
                  label="Switched on"
                  onChange={(enabled) => change({ enabled })}
                />
              </div>
            </Panel>
          </FormFields>
          {form.mode === 'enforce' && (it?.mode !== 'enforce' || draft.dirty) ? (
            <Banner className="rounded-control" tone="warn">
              Once saved, requests, changes and renewals that would bring such a breach in are refused. Look at the
              certificates beside: those whose settings break it can no longer be renewed until they are put right.
            </Banner>
          ) : null}
          <SaveBar
            action={it ? 'Save changes' : form.mode === 'enforce' ? 'Make and enforce' : 'Make the rule'}
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
            onSave={save_}
            reason={why}
          />
        </div>
        <RuleImpact form={form} valid={schema !== undefined && Object.keys(faults).length === 0} />
      </div>
      {removing && it ? (
        <RemoveDialog
          name={it.name}
          noun="rule"
          onClose={() => setRemoving(false)}
          onDone={() => {
            say(`${it.name} is removed`);
            void queries.invalidateQueries({ queryKey: ['/policies'] });
            void navigate({ ...back, ignoreBlocker: true });
          }}
          remove={() => taken(client.DELETE('/policies/{id}', { params: { path: { id: it.id } } }))}
        >
          <Removed id={it.id} />
        </RemoveDialog>
      ) : null}
    </div>
  );
}

function Removed({ id }: { id: string }) {
  const open = useQuery(
    q('/policies/{id}/violations', { path: { id }, query: { state: 'open', limit: 1, total: true } }),
  ).data;
  return (
    <p>
      {open?.total ? `Its ${number(open.total)} open violations close. ` : ''}
      What it has refused stays refused; from now on nothing is held against it.
    </p>
  );
}

function Parameters(props: {
  schema: Schema;
  values: Readonly<Record<string, unknown>>;
  faults: Readonly<Record<string, string>>;
  onChange: (values: Readonly<Record<string, unknown>>) => void;
}) {
  const choices = useInventoryChoices();
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  const length: Widget = ({ field, value, error, onChange }) => (
    <Field error={error} help={field.schema.description} label={field.label} optional={!field.required}>
      {({ id, 'aria-describedby': note }) => (
        <DurationInput
          aria-describedby={note}
          id={id}
          invalid={error !== undefined}
          label={field.label}
          onChange={(seconds) => onChange(seconds ?? undefined)}
          value={typeof value === 'number' ? value : null}
        />
      )}
    </Field>
  );
  const list =
    (one: string, known?: readonly string[], placeholder?: string): Widget =>
    ({ field, value, error, onChange }) => (
      <TextList
        error={error}
        help={field.schema.description}
        known={known}
        label={field.label}
        one={one}
        onChange={onChange}
        placeholder={placeholder}
        values={texts(value)}
      />
    );
  const widgets: Record<string, Widget> = {
    max_seconds: length,
    min_seconds: length,
    domains: list('domain', undefined, 'example.internal'),
    environments: list(
      'environment',
      choices.environments.map((each) => each.value),
      'production',
    ),
    tags: list(
      'tag',
      choices.tags.map((each) => each.value),
      'web-*',
    ),
    algorithms: ({ field, value, error, onChange }) => (
      <CheckGroup
        chosen={texts(value)}
        error={error}
        help={field.schema.description}
        label={field.label}
        onChange={onChange}
        options={choices.keys}
      />
    ),
    issuer_ids: ({ field, value, error, onChange }) => (
      <div className="flex flex-col gap-1">
        <span className="text-sm font-medium">{field.label}</span>
        <PickList
          chosen={texts(value)}
          empty="There is no issuer yet."
          label={field.label}
          onChange={onChange}
          options={choices.issuers.map((each) => ({ id: each.value, label: each.label }))}
        />
        <p className={error ? 'text-xs text-crit' : 'text-xs text-ink-3'}>{error ?? field.schema.description}</p>
      </div>
    ),
  };
  return (
    <SchemaForm
      faults={props.faults}
      onChange={props.onChange}
      schema={props.schema}
      values={props.values}
      widgets={widgets}
    />
  );
}

function Holds({
  selector,
  onChange,
}: {
  selector: Schemas['Selector'];
  onChange: (selector: Schemas['Selector']) => void;
}) {
  const choices = useInventoryChoices();
  return (
    <div className="flex flex-wrap gap-2">
      {selectorFields.map((field) => (
        <ChooseMany
          chosen={selector[field.key] ?? []}
          free={'free' in field}
          key={field.key}
          label={field.label}
          onChange={(values) => onChange({ ...selector, [field.key]: values })}
          options={choices[field.choices]}
        />
      ))}
    </div>
  );
}
