// A channel as its form has it, and what of it is sent. Not for: drawing. Invariant: a secret that was left empty is not sent, so
// that it stays; one that is to go is sent as null.
import type { Schemas } from '@/api/types';
import { digestWords, routingWords } from './channel-words';
import { faultsOf, isSecret, type Schema, tidied, unlessStored, type Values } from './json-schema';

type Notifier = Schemas['Notifier'];
export type ChannelKind = Schemas['NotifierKind'];

export interface ChannelForm {
  name: string;
  kind: ChannelKind;
  config: Values;
  /** Secrets that are taken away. */
  without: readonly string[];
  enabled: boolean;
  least: Schemas['AlertSeverity'];
  kinds: readonly Schemas['AlertKind'][];
  teams: readonly string[];
  environments: readonly string[];
  closed: boolean;
  collect: 'at-once' | 'minutes' | 'daily';
  minutes: number | null;
  dailyAt: string;
  zone: string;
  criticalAtOnce: boolean;
}

export const channelForm = (it: Notifier | null, kind: ChannelKind = 'slack'): ChannelForm => ({
  name: it?.name ?? '',
  kind: it?.kind ?? kind,
  config: (it?.config ?? {}) as Values,
  without: [],
  enabled: it?.enabled ?? true,
  least: it?.routing.min_severity ?? 'info',
  kinds: it?.routing.kinds ?? [],
  teams: it?.routing.team_ids ?? [],
  environments: it?.routing.environments ?? [],
  closed: it?.routing.closed ?? true,
  collect: it?.digest ? (it.digest.daily_at ? 'daily' : 'minutes') : 'at-once',
  minutes: it?.digest?.every_minutes ?? 30,
  dailyAt: it?.digest?.daily_at ?? '08:00',
  zone: it?.digest?.time_zone ?? 'UTC',
  criticalAtOnce: it?.digest?.critical_at_once ?? true,
});

export const collects = (kind: ChannelKind) => kind !== 'pagerduty' && kind !== 'opsgenie';

export function digestOf(form: ChannelForm): Schemas['Digest'] | null {
  if (form.collect === 'at-once' || !collects(form.kind)) return null;
  return {
    critical_at_once: form.criticalAtOnce,
    ...(form.collect === 'daily' ? { daily_at: form.dailyAt, time_zone: form.zone } : { every_minutes: form.minutes }),
  };
}

export const channelBody = (form: ChannelForm) => ({
  name: form.name.trim(),
  kind: form.kind,
  config: { ...tidied(form.config), ...Object.fromEntries(form.without.map((key) => [key, null])) },
  enabled: form.enabled,
  routing: {
    min_severity: form.least,
    kinds: [...form.kinds],
    team_ids: [...form.teams],
    environments: [...form.environments],
    closed: form.closed,
  },
  digest: digestOf(form),
});

export function channelFaults(
  form: ChannelForm,
  schema: Schema | undefined,
  stored: readonly string[],
): { config: Record<string, string>; rest: Record<string, string> } {
  const rest: Record<string, string> = {};
  if (form.name.trim() === '') rest['/name'] = 'A name is needed.';
  if (form.collect === 'minutes' && !((form.minutes ?? 0) >= 1 && (form.minutes ?? 0) <= 1440))
    rest['/digest/every_minutes'] = 'From 1 to 1,440 minutes.';
  if (form.collect === 'daily' && !/^\d\d:\d\d$/.test(form.dailyAt)) rest['/digest/daily_at'] = 'A time of the day.';
  return { config: schema ? faultsOf(unlessStored(schema, stored), form.config) : {}, rest };
}

/** Secrets of the schema by their keys. */
export const secretsOf = (schema: Schema | undefined) =>
  Object.entries(schema?.properties ?? {})
    .filter(([, field]) => isSecret(field))
    .map(([key]) => key);

export function channelInWords(form: ChannelForm, nameOf: (id: string) => string): Record<string, string> {
  const body = channelBody(form);
  return {
    Name: form.name,
    ...Object.fromEntries(
      Object.entries(tidied(form.config)).map(([key, value]) => [key.replaceAll('_', ' '), String(value)]),
    ),
    'Told of': routingWords(body.routing, nameOf),
    'Of the end too': form.closed ? 'yes' : 'no',
    When: digestWords(body.digest),
    'Switched on': form.enabled ? 'yes' : 'no',
  };
}

/** A key for signing webhooks, as Standard Webhooks writes it. */
export function signingSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}
