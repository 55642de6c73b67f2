// What the keys of the audit trail's URL mean, and what of them the API is asked. Not for: drawing the filters.
import type { Schemas } from '@/api/types';
import { actorId, actorKinds } from '@/components/actor-names';
import type { Grammar } from '@/lib/list-grammar';
import { outcomes } from './outcomes';

// What an address is made of; whether it is one, the server says.
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]*)$/i;

export const addressFault = (text: string) =>
  ADDRESS.test(text) ? undefined : 'An IPv4 or IPv6 address, such as 10.20.0.5.';

export const fields: Grammar['fields'] = {
  q: { label: 'Text', kind: 'text' },
  object: { label: 'Object', kind: 'text' },
  actor: { label: 'Who', kind: 'text' },
  by: { label: 'By', kind: 'set', api: 'actor_kind', tokens: Object.keys(actorKinds) },
  action: { label: 'Action', kind: 'text' },
  outcome: { label: 'Result', kind: 'set', tokens: Object.keys(outcomes) },
  from: { label: 'From', kind: 'text', api: 'source_address', pattern: ADDRESS },
  at: { label: 'Time', kind: 'range' },
};

/** The ends of `at` as the API takes them. */
export function ends(at: string | undefined): Record<string, string> {
  const [since = '', until = ''] = (at ?? '').split('..');
  return { ...(since ? { since } : {}), ...(until ? { until } : {}) };
}

/** What is asked, of list, counts and export alike. */
export function asked({ at, ...rest }: Readonly<Record<string, string>>): Record<string, string> {
  return { ...rest, ...ends(at) };
}

export type AuditKey = 'actor' | 'action' | 'object' | 'from';

/** What an event can be a filter of. */
export const auditKeys: readonly { key: AuditKey; label: string }[] = [
  { key: 'actor', label: 'What this one did' },
  { key: 'action', label: 'This action' },
  { key: 'object', label: 'What was done to this object' },
  { key: 'from', label: 'What came from this address' },
];

export function valueOf(key: AuditKey, event: Schemas['AuditEvent']): string | undefined {
  switch (key) {
    case 'actor':
      return actorId(event.actor) ?? undefined;
    case 'object':
      return event.object_id;
    case 'from':
      return event.source_address ?? undefined;
    default:
      return event.action;
  }
}

/** Where what an event is about has its page. */
const pages: Record<string, string> = {
  certificate: '/certificates',
  agent: '/agents',
  target: '/targets',
  issuer: '/issuers',
  dns_provider: '/issuers/dns-providers',
  job: '/jobs',
  confirmation: '/approvals',
  profile: '/profiles',
  renewal_policy: '/policies',
  policy_rule: '/policies',
  alert: '/alerts',
  alert_rule: '/alerts/rules',
  notifier: '/alerts/channels',
};

export function pageOf(event: Schemas['AuditEvent']): string | undefined {
  const page = pages[event.object_kind];
  return page && `${page}/${event.object_id}`;
}
