// The words of alerts, their rules and what was sent of them. Not for: drawing. Invariant: every token of the API's enums has an
// entry.
import type { Schemas } from '@/api/types';
import type { StatusWord } from './tokens';

export const severities: Record<Schemas['AlertSeverity'], StatusWord> = {
  critical: { label: 'Critical', glyph: 'failing', tone: 'crit' },
  warning: { label: 'Warning', glyph: 'warning', tone: 'warn' },
  info: { label: 'Info', glyph: 'pending', tone: 'info' },
};
export const severityOptions = (['critical', 'warning', 'info'] as const).map((value) => ({
  value,
  label: severities[value].label,
}));

export const alertStates: Record<Schemas['AlertState'], string> = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  snoozed: 'Snoozed',
  closed: 'Ended',
};

export const alertKinds: Record<Schemas['AlertKind'], string> = {
  certificate_expiring: 'A certificate is near its end',
  renewal_failing: 'A renewal fails',
  job_stuck: 'A job is stuck',
  not_verified_live: 'Not verified live',
  agent_offline: 'An agent is offline and holds due keys',
  issuer_unreachable: 'An issuer is out of reach',
  own_certificate_expiring: 'A certificate of certctl itself is near its end',
  backup_overdue: 'A backup is overdue',
  notification_dead: 'A channel fails',
  rule: 'An alert rule',
};

export const deliveryStates: Record<Schemas['DeliveryState'], StatusWord> = {
  sent: { label: 'Sent', glyph: 'healthy', tone: 'ok' },
  sending: { label: 'Sending', glyph: 'renewing', tone: 'info' },
  pending: { label: 'Waiting', glyph: 'pending', tone: 'neutral' },
  failed: { label: 'Failed, tried again', glyph: 'due', tone: 'warn' },
  dead: { label: 'Given up', glyph: 'failing', tone: 'crit' },
  undeliverable: { label: 'No receiver', glyph: 'unverified', tone: 'warn' },
};

export const notificationEvents: Record<Schemas['NotificationEvent'], string> = {
  opened: 'Began',
  reminder: 'Reminder',
  escalated: 'Escalated',
  changed: 'More urgent',
  acknowledged: 'Acknowledged',
  closed: 'Ended',
  digest: 'Digest',
  test: 'Test',
};

export const subjects: Record<Schemas['RuleSubject'], { label: string; one: string; page: string }> = {
  certificates: { label: 'Certificates', one: 'certificate', page: '/certificates' },
  jobs: { label: 'Jobs', one: 'job', page: '/jobs' },
  agents: { label: 'Agents', one: 'agent', page: '/agents' },
  issuers: { label: 'Issuers', one: 'issuer', page: '/issuers' },
};

type Group = Schemas['RuleGroup'];
export const groupWords: Record<Group, string> = {
  none: 'all in one alert',
  object: 'an alert for each',
  certificate: 'by certificate',
  issuer: 'by issuer',
  owner: 'by owner',
  team: 'by team',
  environment: 'by environment',
  agent: 'by agent',
  profile: 'by profile',
  renewal_policy: 'by renewal policy',
  kind: 'by kind',
};
export const groupsOf: Record<Schemas['RuleSubject'], readonly Group[]> = {
  certificates: ['none', 'object', 'issuer', 'owner', 'team', 'environment', 'agent', 'profile', 'renewal_policy'],
  jobs: ['none', 'object', 'certificate', 'issuer', 'owner', 'team', 'environment', 'agent', 'kind'],
  agents: ['none', 'object', 'environment'],
  issuers: ['none', 'object', 'kind'],
};

/** Where what an alert is about has its page. */
export const objectPages: Readonly<Record<string, string>> = {
  certificate: '/certificates',
  agent: '/agents',
  issuer: '/issuers',
  job: '/jobs',
  alert_rule: '/alerts/rules',
  notifier: '/alerts/channels',
};
