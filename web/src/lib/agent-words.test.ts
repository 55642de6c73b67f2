import { describe, expect, it } from 'vitest';
import { agentEvent, agentNameFault, agentStatus, outdated, platformName } from './agent-words';

describe('an agent in a word', () => {
  it('is what keeps it from work before how it is heard from', () => {
    expect(agentStatus({ state: 'active', health: 'late' }).label).toBe('Late');
    expect(agentStatus({ state: 'quarantined', health: 'online' }).label).toBe('Quarantined');
    expect(agentStatus({ state: 'retired', health: 'online' }).label).toBe('Retired');
  });

  it('is outdated only when both versions are known and differ', () => {
    const agent = { state: 'active', health: 'online', version: '0.1.0' } as const;
    expect(outdated(agent, '0.2.0')).toBe(true);
    expect(outdated(agent, '0.1.0')).toBe(false);
    expect(outdated(agent, undefined)).toBe(false);
    expect(outdated({ ...agent, version: null }, '0.2.0')).toBe(false);
    expect(outdated({ ...agent, state: 'retired' }, '0.2.0')).toBe(false);
  });

  it('names its platform', () => {
    expect(platformName('linux/x86_64')).toBe('Linux, x86_64');
    expect(platformName(null)).toBe('not known');
  });

  it('tells another version, and what else happened without its id', () => {
    const event = { action: 'agent.version', summary: 'x', object_id: 'ag-web-1' };
    expect(agentEvent({ ...event, details: { before: '0.1.0', version: '0.2.0' } })).toBe('Runs v0.2.0, v0.1.0 before');
    expect(agentEvent({ ...event, action: 'agent.health', details: { before: 'online', health: 'late' } })).toBe(
      'Is late, was online',
    );
    expect(
      agentEvent({ ...event, action: 'agent.identity_renewed', details: { not_after: '2026-12-30T07:04:48Z' } }),
    ).toBe('Has an identity until 30 Dec 2026');
    expect(agentEvent({ ...event, action: 'agent.update', summary: 'renamed ag-web-1', details: {} })).toBe('Renamed');
  });

  it('says what a name may be', () => {
    expect(agentNameFault('web-eu-4')).toBeNull();
    expect(agentNameFault('')).toMatch(/needed/);
    expect(agentNameFault('Web_1')).toMatch(/lower-case/);
    expect(agentNameFault('-web')).toMatch(/begins/);
  });
});
