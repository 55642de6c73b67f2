// What an agent is in one word: taken out of the fleet, kept from work, or how well it is heard from.
// Not for: its version, which is told beside it. Invariant: a retired or quarantined agent is never called online.
import type { Schemas } from '@/api/types';
import { date, instant } from './time';
import { agentHealths, type StatusWord } from './tokens';

type Agent = Pick<Schemas['Agent'], 'state' | 'health' | 'version'>;

export const agentStates: Record<Schemas['AgentState'], StatusWord> = {
  active: { label: 'Active', glyph: 'healthy', tone: 'ok' },
  quarantined: { label: 'Quarantined', glyph: 'warning', tone: 'warn' },
  retired: { label: 'Retired', glyph: 'archived', tone: 'neutral' },
};

export const agentStatus = (it: Agent): StatusWord =>
  it.state === 'active' ? agentHealths[it.health] : agentStates[it.state];

/** Whether it runs another version than the server; false while one of them is not known. */
export const outdated = (it: Agent, server: string | undefined): boolean =>
  it.state !== 'retired' && Boolean(it.version) && server !== undefined && it.version !== server;

/** `Linux, x86_64` of `linux/x86_64` */
export function platformName(platform: string | null | undefined): string {
  if (!platform) return 'not known';
  const [system = '', machine] = platform.split('/');
  return `${system.charAt(0).toUpperCase()}${system.slice(1)}${machine ? `, ${machine}` : ''}`;
}

/** Why this cannot be the name of a new agent; null when it can. */
export function agentNameFault(name: string): string | null {
  if (name === '') return 'A name is needed.';
  if (!/^[a-z0-9-]+$/.test(name)) return 'Only lower-case letters, digits and hyphens.';
  if (!/^[a-z0-9]/.test(name) || !/[a-z0-9]$/.test(name)) return 'It begins and ends with a letter or digit.';
  if (name.length > 60) return 'At most 60 letters.';
  return null;
}

type Recorded = Pick<Schemas['AuditEvent'], 'action' | 'summary' | 'details' | 'object_id'>;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const healthWord = (token: unknown): string =>
  agentHealths[token as Schemas['AgentHealth']]?.label.toLowerCase() ?? (text(token) || 'not heard of');

/** What happened to an agent, on its own page: without its id. */
export function agentEvent(event: Recorded): string {
  const facts = (event.details ?? {}) as Record<string, unknown>;
  switch (event.action) {
    case 'agent.join':
      return 'Joined';
    case 'agent.version':
      return `Runs v${text(facts.version)}${text(facts.before) ? `, v${text(facts.before)} before` : ''}`;
    case 'agent.health':
      return `Is ${healthWord(facts.health)}, was ${healthWord(facts.before)}`;
    case 'agent.identity_renewed': {
      const until = instant(text(facts.not_after));
      return until === null ? 'Has a new identity' : `Has an identity until ${date(until, 'UTC')}`;
    }
    default: {
      const words = event.summary.replaceAll(event.object_id, '').replace(/\s+/g, ' ').trim();
      return words.charAt(0).toUpperCase() + words.slice(1);
    }
  }
}
