// A request for a certificate: names, profile, targets; the rest from the profile unless said. What will happen stands beside
// it; after it is sent, its page shows each step. Invariant: what was typed is kept until it is sent.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ChevronDown } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { issuersQuery, ownersQuery, profilesQuery, renewalPoliciesQuery, teamsQuery, useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { PickList } from '@/components/pick-list';
import { StatusGlyph } from '@/components/status-glyph';
import { useAllTargets } from '@/components/targets/use-targets';
import { keyName, strategies } from '@/lib/key-names';
import { useKeys } from '@/lib/keyboard';
import { namesFault, namesOf } from '@/lib/names';
import { pointWords } from '@/lib/policy-words';
import { bodyOf, type Draft, emptyDraft, keepDraft, loadDraft } from '@/lib/request-draft';
import type { Search } from '@/lib/search';
import { span } from '@/lib/time';
import type { Glyph, Tone } from '@/lib/tokens';
import { and, count } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { Field, TextArea, TextField } from '@/ui/field';
import { Keys } from '@/ui/kbd';
import { Panel } from '@/ui/panel';
import { Select } from '@/ui/select';
import { say } from '@/ui/toast';

const DEFAULT = '-';
/** The server's, when a request names none. */
const DEFAULT_ISSUER = 'iss-local';
const offered: readonly Schemas['KeyStrategy'][] = ['per_host', 'shared', 'external'];

interface Step {
  glyph: Glyph;
  tone: Tone;
  title: string;
  detail: string;
}

export function RequestPage() {
  const caller = useCaller();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const search = useSearch({ strict: false }) as Search;
  const summary = useRef<HTMLDivElement>(null);
  const [draft, setDraft] = useState<Draft>(() => {
    const asked: Partial<Draft> = {
      ...(search.names ? { names: search.names } : {}),
      ...(search.profile ? { profile: search.profile } : {}),
      ...(search.target ? { targets: search.target.split(',') } : {}),
    };
    return Object.keys(asked).length > 0 ? { ...emptyDraft, ...asked } : loadDraft();
  });
  const [left, setLeft] = useState(false);
  const [more, setMore] = useState(false);
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  useEffect(() => document.getElementById('request-form')?.querySelector('textarea')?.focus(), []);
  useEffect(() => keepDraft(draft === emptyDraft ? null : draft), [draft]);

  const profiles = useQuery(profilesQuery()).data?.items ?? [];
  const issuers =
    useQuery({ ...issuersQuery(), enabled: caller.permissions.includes('issuers.read') }).data?.items ?? [];
  const policies = useQuery(renewalPoliciesQuery()).data?.items ?? [];
  const owners = useQuery(ownersQuery()).data?.items ?? [];
  const teams = useQuery(teamsQuery()).data?.items ?? [];
  const targets = useAllTargets(caller.permissions.includes('targets.read')).data ?? [];
  const agents =
    useQuery({ ...q('/agents', { query: { limit: 500 } }), enabled: caller.permissions.includes('agents.read') }).data
      ?.items ?? [];
  const profile =
    profiles.find((each) => each.id === draft.profile) ??
    profiles.find((each) => each.id === 'prof-default') ??
    (profiles.length === 1 ? profiles[0] : undefined);
  const policy = policies.find((each) => each.id === (draft.policy || 'rp-default'));
  const allowed = profile && profile.issuer_ids.length > 0 ? profile.issuer_ids : issuers.map((issuer) => issuer.id);
  const possible = issuers.filter((issuer) => allowed.includes(issuer.id));
  const issuer =
    issuers.find((each) => each.id === draft.issuer) ??
    possible.find((each) => each.id === DEFAULT_ISSUER) ??
    (possible.length === 1 ? possible[0] : undefined);
  const names = namesOf(draft.names);
  const external = draft.strategy === 'external';
  const agentName = (id: string) => agents.find((agent) => agent.id === id)?.name ?? id;
  const chosen = targets.filter((target) => draft.targets.includes(target.id));
  const holders = [...new Set([...chosen.map((target) => target.agent_id), ...draft.agents])];

  const create = useMutation({
    mutationFn: () => taken(client.POST('/certificates', { body: { ...bodyOf(draft), issuer_id: issuer?.id } })),
    onSuccess: ({ certificate }) => {
      keepDraft(null);
      void queries.invalidateQueries({ queryKey: ['grid', '/certificates'] });
      void queries.invalidateQueries({ queryKey: ['/needs'] });
      say(`${certificate.name} was requested`);
      void navigate({ to: `/certificates/${certificate.id}` });
    },
    onError: () => {
      setMore(true);
      requestAnimationFrame(() => summary.current?.focus());
    },
  });
  const refused = create.isError ? ApiError.of(create.error) : null;
  const missing = may(caller, 'certificates.create');
  const days = draft.days.trim() === '' ? null : Number(draft.days);
  const daysFault =
    days === null
      ? null
      : !(days > 0)
        ? 'A number of days'
        : profile && days * 86_400 > profile.max_lifetime_seconds
          ? `At most ${span(profile.max_lifetime_seconds * 1000)} under this profile`
          : profile && days * 86_400 < profile.min_lifetime_seconds
            ? `At least ${span(profile.min_lifetime_seconds * 1000)} under this profile`
            : null;
  const fault = namesFault(names, profile);
  const holderFault =
    external || holders.length > 0
      ? null
      : 'Choose a target, or an agent that keeps the key, or a key outside of certctl';
  const issuerFault = issuer === undefined && possible.length > 1 ? 'Choose the issuer' : null;
  const reason = missing ?? fault ?? holderFault ?? issuerFault ?? daysFault;
  const nameFault =
    refused?.problem?.errors?.find((each) => each.pointer.startsWith('/names'))?.detail ??
    (left && draft.names.trim() !== '' ? (fault ?? undefined) : undefined);
  const send = () => {
    setLeft(true);
    if (reason === null && !create.isPending) create.mutate();
  };
  useKeys([{ keys: 'Ctrl+Enter', label: 'Request certificate', group: 'This page', run: send, inFields: true }]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };

  const approval = profile?.approval === 'first' || profile?.approval === 'always';
  const algorithm = draft.key || profile?.key_algorithms[0] || '';
  const lifetime = days !== null && daysFault === null ? days * 86_400 : (profile?.default_lifetime_seconds ?? null);
  const steps: Step[] = [
    {
      glyph: fault === null ? 'healthy' : 'waiting',
      tone: fault === null ? 'ok' : 'neutral',
      title: 'Requested',
      detail:
        names.length === 0
          ? 'no name yet'
          : names.length > 3
            ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
            : and(names),
    },
    ...(approval
      ? [
          {
            glyph: 'waiting' as const,
            tone: 'warn' as const,
            title: 'Approved',
            detail: `the profile ${profile?.name ?? ''} asks for somebody else's yes`,
          },
        ]
      : []),
    {
      glyph: external || holders.length > 0 ? 'healthy' : 'waiting',
      tone: external || holders.length > 0 ? 'ok' : 'neutral',
      title: 'CSR received',
      detail: external
        ? draft.csr.trim()
          ? 'the one below'
          : 'waits until somebody brings it'
        : holders.length === 0
          ? 'nobody keeps the key yet'
          : draft.strategy === 'shared'
            ? `one ${keyName(algorithm)} key, kept by one of ${and(holders.map(agentName))}`
            : `${holders.length === 1 ? 'an' : 'one'} ${keyName(algorithm)} key ${holders.length === 1 ? 'on' : 'on each of'} ${holders.length > 3 ? count(holders.length, 'agent') : and(holders.map(agentName))}, made there`,
    },
    {
      glyph: issuer ? 'healthy' : 'waiting',
      tone: issuer ? 'ok' : 'neutral',
      title: 'Issued',
      detail: `${issuer ? `by ${issuer.name}` : 'by the default issuer'}${lifetime === null ? '' : `, valid for ${span(lifetime * 1000)}`}`,
    },
    ...(external
      ? []
      : [
          {
            glyph: (chosen.length > 0 ? 'healthy' : 'archived') as Glyph,
            tone: (chosen.length > 0 ? 'ok' : 'neutral') as Tone,
            title: 'Deployed and verified live',
            detail:
              chosen.length === 0
                ? 'no targets: it stays with its key holder'
                : `on ${chosen.length > 3 ? count(chosen.length, 'target') : and(chosen.map((target) => target.name))}; a target that does not serve it gets its old files back`,
          },
        ]),
    {
      glyph: 'due',
      tone: 'neutral',
      title: 'Renewed',
      detail: policy
        ? `${policy.automatic ? 'by itself ' : 'only when asked, due '}${pointWords(policy.point)} (${policy.name})`
        : 'by the default policy',
    },
  ];
  const options = (items: readonly { id: string; name?: string | null }[], none: string) => [
    { value: DEFAULT, label: none },
    ...items.map((each) => ({ value: each.id, label: each.name ?? each.id })),
  ];
  const pick = (value: string) => (value === DEFAULT ? '' : value);
  const others = refused?.problem?.errors?.filter((each) => !each.pointer.startsWith('/names')) ?? [];

  return (
    <div className="mx-auto flex w-full max-w-280 flex-col gap-4 p-6 tablet:p-4">
      <PageHeader crumbs={[{ label: 'Certificates', to: '/certificates' }]} title="Request certificate" />
      {missing ? (
        <Banner className="rounded-panel" icon={<StatusGlyph glyph="warning" tone="warn" />} tone="warn">
          You may look, but not request: it {missing}.
        </Banner>
      ) : null}
      <form
        className="grid grid-cols-[minmax(0,1fr)_minmax(0,22rem)] items-start gap-6 tablet:grid-cols-1"
        id="request-form"
        noValidate
        onSubmit={submit}
      >
        <div className="flex min-w-0 flex-col gap-5">
          {refused ? (
            <div className="outline-none" ref={summary} role="alert" tabIndex={-1}>
              <Banner className="rounded-control" icon={<StatusGlyph glyph="failing" tone="crit" />} tone="crit">
                <p className="font-medium">It was not requested. {refused.sentence}</p>
                {others.length > 0 ? (
                  <ul className="mt-1">
                    {others.map((each) => (
                      <li key={each.pointer}>
                        {each.pointer.replace(/^\//, '').replaceAll('_', ' ')}: {each.detail}
                      </li>
                    ))}
                  </ul>
                ) : null}
                {refused.requestId ? <p className="text-xs text-ink-3">request {refused.requestId}</p> : null}
              </Banner>
            </div>
          ) : null}
          <TextArea
            error={nameFault}
            help={
              names.length > 1
                ? `${count(names.length, 'name')}; the first is its common name`
                : 'DNS names, wildcards or IP addresses, with spaces, commas or lines between them'
            }
            label="Names"
            mono
            onBlur={() => setLeft(true)}
            onChange={(event) => set({ names: event.target.value })}
            placeholder="web.example.com"
            rows={Math.min(8, Math.max(2, names.length + 1))}
            spellCheck={false}
            value={draft.names}
          />
          <Field
            help={
              profile
                ? `${keyName(profile.key_algorithms[0] ?? '')}, ${span(profile.default_lifetime_seconds * 1000)}, approval ${{ none: 'not needed', first: 'for the first issuance', always: 'for each issuance' }[profile.approval]}`
                : 'What may be issued, and for how long'
            }
            label="Profile"
          >
            {(ids) => (
              <Select
                id={ids.id}
                onChange={(value) => set({ profile: value })}
                options={profiles.map((each) => ({ value: each.id, label: each.name }))}
                value={profile?.id ?? null}
              />
            )}
          </Field>
          {external ? null : (
            <Field
              error={left && holderFault ? holderFault : undefined}
              help="It is deployed there, and each agent makes its own key."
              label="Targets"
            >
              {() => (
                <PickList
                  chosen={draft.targets}
                  empty="There are no targets yet. Without one, choose below which agent keeps the key."
                  label="Targets"
                  onChange={(ids) => set({ targets: ids })}
                  options={targets.map((target) => ({
                    id: target.id,
                    label: target.name,
                    hint: `${target.kind} on ${agentName(target.agent_id)}`,
                  }))}
                />
              )}
            </Field>
          )}
          <button
            aria-expanded={more}
            className="flex items-center gap-1.5 self-start rounded-chip font-medium text-accent-ink"
            onClick={() => setMore(!more)}
            type="button"
          >
            <ChevronDown className={more ? 'rotate-180' : ''} size={14} />
            {more ? 'Less' : 'More: key, issuer, lifetime, owner'}
          </button>
          {more ? (
            <>
              <Field help="A key made on an agent never leaves it." label="Who makes the key">
                {(ids) => (
                  <Select
                    id={ids.id}
                    onChange={(value) => set({ strategy: value })}
                    options={(profile && profile.key_strategies.length > 0 ? profile.key_strategies : offered)
                      .filter((each) => each !== 'found')
                      .map((each) => ({
                        value: each,
                        label: strategies[each].charAt(0).toUpperCase() + strategies[each].slice(1),
                      }))}
                    value={draft.strategy}
                  />
                )}
              </Field>
              {external ? (
                <TextArea
                  error={
                    /PRIVATE KEY-----/.test(draft.csr)
                      ? 'This is a private key. Only the CSR is wanted.'
                      : refused?.at('/csr_pem')
                  }
                  help="It may also be brought later"
                  label="CSR"
                  mono
                  onChange={(event) => set({ csr: event.target.value })}
                  optional
                  placeholder="-----BEGIN CERTIFICATE REQUEST-----"
                  rows={6}
                  value={draft.csr}
                />
              ) : (
                <Field help="Agents that keep a key without a target" label="Also kept by" optional>
                  {() => (
                    <PickList
                      chosen={draft.agents}
                      empty="There are no agents yet."
                      label="Agents"
                      onChange={(ids) => set({ agents: ids })}
                      options={agents.map((agent) => ({ id: agent.id, label: agent.name, hint: agent.health }))}
                    />
                  )}
                </Field>
              )}
              <div className="grid grid-cols-2 gap-4 narrow:grid-cols-1">
                <Field error={left && issuerFault ? issuerFault : refused?.at('/issuer_id')} label="Issuer">
                  {(ids) => (
                    <Select
                      id={ids.id}
                      onChange={(value) => set({ issuer: pick(value) })}
                      options={possible.map((each) => ({ value: each.id, label: each.name }))}
                      placeholder="Choose"
                      value={issuer?.id ?? null}
                    />
                  )}
                </Field>
                <Field label="Key">
                  {(ids) => (
                    <Select
                      id={ids.id}
                      onChange={(value) => set({ key: pick(value) })}
                      options={[
                        { value: DEFAULT, label: 'As the profile says' },
                        ...(profile?.key_algorithms ?? []).map((each) => ({ value: each, label: keyName(each) })),
                      ]}
                      value={draft.key || DEFAULT}
                    />
                  )}
                </Field>
                <TextField
                  error={daysFault ?? refused?.at('/lifetime_seconds')}
                  help={profile ? `${span(profile.default_lifetime_seconds * 1000)} unless said` : undefined}
                  inputMode="decimal"
                  label="Lifetime in days"
                  onChange={(event) => set({ days: event.target.value })}
                  optional
                  value={draft.days}
                />
                <Field label="Renewal policy">
                  {(ids) => (
                    <Select
                      id={ids.id}
                      onChange={(value) => set({ policy: pick(value) })}
                      options={options(policies, 'Default')}
                      value={draft.policy || DEFAULT}
                    />
                  )}
                </Field>
                <Field label="Owner">
                  {(ids) => (
                    <Select
                      id={ids.id}
                      onChange={(value) => set({ owner: pick(value) })}
                      options={options(owners, 'Nobody')}
                      value={draft.owner || DEFAULT}
                    />
                  )}
                </Field>
                <Field label="Team">
                  {(ids) => (
                    <Select
                      id={ids.id}
                      onChange={(value) => set({ team: pick(value) })}
                      options={options(teams, 'None')}
                      value={draft.team || DEFAULT}
                    />
                  )}
                </Field>
                <TextField
                  error={refused?.at('/environment')}
                  label="Environment"
                  onChange={(event) => set({ environment: event.target.value })}
                  optional
                  placeholder="production"
                  value={draft.environment}
                />
                <TextField
                  help="With commas between them"
                  label="Tags"
                  onChange={(event) => set({ tags: event.target.value })}
                  optional
                  value={draft.tags}
                />
                <TextField
                  error={refused?.at('/name')}
                  help="For people; the first name unless said"
                  label="Called"
                  onChange={(event) => set({ name: event.target.value })}
                  optional
                  value={draft.name}
                />
              </div>
            </>
          ) : null}
        </div>
        <Panel className="sticky top-6 tablet:static" flush title="What will happen">
          <ol className="flex flex-col gap-3 p-4">
            {steps.map((step) => (
              <li className="flex gap-2.5" key={step.title}>
                <StatusGlyph className="mt-0.5" glyph={step.glyph} tone={step.tone} />
                <span className="min-w-0">
                  <span className="block font-medium">{step.title}</span>
                  <span className="block text-xs break-words text-ink-2">{step.detail}</span>
                </span>
              </li>
            ))}
          </ol>
          <div className="flex flex-col gap-2 border-t border-line p-4">
            <Button busy={create.isPending} className="w-full" disabledReason={reason} type="submit" variant="primary">
              Request certificate
            </Button>
            <p className="flex items-center justify-between gap-2 text-xs text-ink-3">
              <span className="min-w-0">{reason ?? 'Its page then shows each step.'}</span>
              <Keys keys="Ctrl+Enter" />
            </p>
            <div className="flex gap-1">
              <ButtonLink size="sm" to="/certificates" variant="ghost">
                Leave, keep the draft
              </ButtonLink>
              <Button
                onClick={() => {
                  setDraft(emptyDraft);
                  setLeft(false);
                  create.reset();
                }}
                size="sm"
                variant="ghost"
              >
                Empty it
              </Button>
            </div>
          </div>
        </Panel>
      </form>
    </div>
  );
}
