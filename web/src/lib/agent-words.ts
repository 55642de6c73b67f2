// What an agent is in one word: taken out of the fleet, kept from work, or how well it is heard from.
// Not for: its version, which is told beside it. Invariant: a retired or quarantined agent is never called online.
import type { Schemas } from '@/api/types';
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
