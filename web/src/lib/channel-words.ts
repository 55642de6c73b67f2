// Channels in words, and which alerts one is told of. Not for: sending. Invariant: routing is read as the server reads it: empty
// lists let everything through.
import type { Schemas } from '@/api/types';
import { severities } from './alert-words';
import type { StatusWord } from './tokens';
import { count } from './words';

type Notifier = Schemas['Notifier'];
type Severity = Schemas['AlertSeverity'];

const rank: Record<Severity, number> = { info: 0, warning: 1, critical: 2 };

/** Null when it is not told; otherwise to which teams and environments that is narrowed. */
export function tellsOf(
  it: { enabled: boolean; routing: Partial<Notifier['routing']> },
  alert: { kind: Schemas['AlertKind']; severity: Severity },
): { teams: readonly string[]; environments: readonly string[] } | null {
  const { min_severity: least = 'info', kinds = [], team_ids: teams = [], environments = [] } = it.routing;
  if (!it.enabled || rank[alert.severity] < rank[least]) return null;
  if (kinds.length > 0 && !kinds.includes(alert.kind)) return null;
  return { teams, environments };
}

export function routingWords(routing: Partial<Schemas['Routing']>, nameOf: (id: string) => string): string {
  const least = routing.min_severity ?? 'info';
  const parts = [
    least === 'info'
      ? 'all severities'
      : `${severities[least].label.toLowerCase()}${least === 'critical' ? '' : ' and above'}`,
  ];
  if (routing.kinds?.length) parts.push(count(routing.kinds.length, 'kind'));
  const places = [...(routing.team_ids ?? []).map(nameOf), ...(routing.environments ?? [])];
  if (places.length > 0) parts.push(places.join(', '));
  return parts.join(' · ');
}

export function digestWords(digest: Partial<Schemas['Digest']> | null | undefined): string {
  if (!digest) return 'at once';
  const when = digest.daily_at
    ? `daily at ${digest.daily_at} (${digest.time_zone ?? 'UTC'})`
    : `every ${digest.every_minutes ?? 0}\u00a0min`;
  return digest.critical_at_once === false ? when : `${when}, critical at once`;
}

/** How a channel is doing, in one word. */
export function channelHealth(it: Pick<Notifier, 'enabled' | 'health'>): StatusWord {
  const { health } = it;
  if (!it.enabled) return { label: 'Switched off', glyph: 'archived', tone: 'neutral' };
  if (health.gave_up_at && !health.ok) return { label: 'Has given up', glyph: 'failing', tone: 'crit' };
  if (!health.ok) return { label: 'Failing, tried again', glyph: 'due', tone: 'warn' };
  if (!health.last_sent_at) return { label: 'Not used yet', glyph: 'pending', tone: 'neutral' };
  return { label: 'Confirmed', glyph: 'healthy', tone: 'ok' };
}
