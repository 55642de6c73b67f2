import { describe, expect, it } from 'vitest';
import { diagnose } from './agent-checks';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const agent = {
  state: 'active',
  health: 'online',
  last_seen_at: '2026-11-29T11:59:50Z',
  identity_not_after: '2026-12-06T12:00:00Z',
  capabilities: ['nginx'],
  version: '0.1.0',
} as const;
const states = (over: object) =>
  Object.fromEntries(
    diagnose({ ...agent, capabilities: [...agent.capabilities], ...over }, NOW, 'https://c').map((check) => [
      check.key,
      check.state,
    ]),
  );

describe('the checks of an agent', () => {
  it('all pass when it is well, and the host is left alone', () => {
    expect(states({})).toEqual({ heard: 'passed', state: 'passed', identity: 'passed', policy: 'passed' });
  });

  it('go on to the host when it is not heard from', () => {
    const found = states({ health: 'offline' });
    expect(found.heard).toBe('failed');
    expect(found.service).toBe('waiting');
    expect(found.reach).toBe('waiting');
  });

  it('name an identity that has ended, and an empty policy', () => {
    const found = states({ health: 'offline', identity_not_after: '2026-11-28T12:00:00Z', capabilities: [] });
    expect(found.identity).toBe('failed');
    expect(found.policy).toBe('warning');
  });

  it('do not send anybody to the host of a retired agent', () => {
    expect(states({ state: 'retired', health: 'offline' })).not.toHaveProperty('service');
  });
});
