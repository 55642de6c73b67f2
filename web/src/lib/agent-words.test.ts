import { describe, expect, it } from 'vitest';
import { agentNameFault, agentStatus, outdated, platformName } from './agent-words';

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

  it('says what a name may be', () => {
    expect(agentNameFault('web-eu-4')).toBeNull();
    expect(agentNameFault('')).toMatch(/needed/);
    expect(agentNameFault('Web_1')).toMatch(/lower-case/);
    expect(agentNameFault('-web')).toMatch(/begins/);
  });
});
