// What somebody can do with a certificate: their role's rights, and whether their scope holds it. Not for: deciding (the server
// does). Invariant: it is worked out from what the server tells of roles and scopes, by its rule: of these teams and in these environments.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCaller, useNames } from '@/api/caller';
import { q } from '@/api/client';
import type { Permission, Schemas } from '@/api/types';
import { StatusText } from '@/components/status-text';
import type { StatusWord } from '@/lib/tokens';
import { and } from '@/lib/words';
import { Field } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { Select } from '@/ui/select';
import { type Role, roleNames } from './parts';

type RoleInfo = Schemas['RoleView'];
interface Subject {
  id: string;
  name: string;
  kind: string;
  role: Role;
  scope: Schemas['Scope'];
  /** Why they can do nothing at all. */
  out: string | null;
}

const NONE = '-';

/** What people ask, with the rights that answer it. */
const questions = [
  ['See it', 'certificates.read'],
  ['Change its owner, tags, policy or targets', 'certificates.update'],
  ['Renew it', 'certificates.renew'],
  ['Deploy it, or roll it back', 'certificates.deploy'],
  ['Revoke it', 'certificates.revoke'],
  ['Archive it', 'certificates.archive'],
  ['Approve its requests', 'jobs.approve'],
  ['Retry and cancel its jobs', 'jobs.operate'],
  ['Take its alerts', 'alerts.operate'],
] as const;

function useSubjects(): Subject[] {
  const { permissions } = useCaller();
  const users = useQuery({
    ...q('/users', { query: { limit: 500 } }),
    enabled: permissions.includes('users.manage'),
  }).data;
  const keys = useQuery({
    ...q('/api-keys', { query: { limit: 500 } }),
    enabled: permissions.includes('keys.manage'),
  }).data;
  return [
    ...(users?.items ?? []).map((it) => ({
      id: it.id,
      name: it.name,
      kind: 'person',
      role: it.role,
      scope: it.scope,
      out: it.disabled ? 'is kept out' : null,
    })),
    ...(keys?.items ?? []).map((it) => ({
      id: it.id,
      name: it.name,
      kind: 'API key',
      role: it.role,
      scope: it.scope,
      out: it.revoked_at ? 'is revoked' : null,
    })),
  ];
}

const yes: StatusWord = { label: 'yes', glyph: 'healthy', tone: 'ok' };
const no: StatusWord = { label: 'no', glyph: 'archived', tone: 'neutral' };

export function Tester({ roles }: { roles: readonly RoleInfo[] }) {
  const nameOf = useNames();
  const subjects = useSubjects();
  const facets = useQuery(q('/certificates/facets', { query: { archived: false } })).data;
  const [chosen, setChosen] = useState<string | null>(null);
  const [team, setTeam] = useState(NONE);
  const [environment, setEnvironment] = useState(NONE);
  const subject = subjects.find((it) => it.id === chosen) ?? subjects[0];
  const values = (facet: string) =>
    (facets?.facets.find((each) => each.facet === facet)?.values ?? []).flatMap(({ value }) => (value ? [value] : []));
  if (subject === undefined) return null;
  const rights = roles.find((it) => it.role === subject.role)?.permissions ?? [];
  const teams = subject.scope.team_ids ?? [];
  const environments = subject.scope.environments ?? [];
  const outside = [
    teams.length > 0 && !teams.includes(team) ? `of ${and(teams.map(nameOf))}` : '',
    environments.length > 0 && !environments.includes(environment) ? `in ${and(environments)}` : '',
  ].filter((text) => text !== '');
  const why = (right: Permission): string | null =>
    subject.out !== null
      ? `${subject.name} ${subject.out}`
      : !rights.includes(right)
        ? `the role ${roleNames[subject.role]} lacks ${right}`
        : outside.length > 0
          ? `only what is ${and(outside)}`
          : null;
  return (
    <Panel flush note="by role and scope" title={`What can ${subject.name} do with a certificate?`}>
      <div className="flex flex-wrap gap-4 border-b border-line p-4">
        <Field className="w-56" label="Who">
          {(ids) => (
            <Select
              {...ids}
              className="w-full"
              onChange={setChosen}
              options={subjects.map((it) => ({ value: it.id, label: it.name, hint: it.kind }))}
              value={subject.id}
            />
          )}
        </Field>
        <Field className="w-48" label="A certificate of">
          {(ids) => (
            <Select
              {...ids}
              className="w-full"
              onChange={setTeam}
              options={[
                { value: NONE, label: 'no team' },
                ...[...new Set([...values('team_id'), ...teams])].map((id) => ({ value: id, label: nameOf(id) })),
              ]}
              value={team}
            />
          )}
        </Field>
        <Field className="w-48" label="in">
          {(ids) => (
            <Select
              {...ids}
              className="w-full"
              onChange={setEnvironment}
              options={[
                { value: NONE, label: 'no environment' },
                ...[...new Set([...values('environment'), ...environments])].map((value) => ({ value, label: value })),
              ]}
              value={environment}
            />
          )}
        </Field>
      </div>
      <ul aria-label="Answers" className="divide-y divide-line">
        {questions.map(([question, right]) => {
          const because = why(right);
          return (
            <li className="flex h-9 items-center gap-3 px-4" key={right}>
              <span className="w-72 truncate">{question}</span>
              <StatusText className="w-14 shrink-0" status={because === null ? yes : no} />
              <span className="truncate text-xs text-ink-3">
                {because ?? (right === 'jobs.approve' ? 'but never their own' : '')}
              </span>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
