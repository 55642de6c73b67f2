import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/types';
import { blocked, checkTarget, clash, probesOf } from './target-checks';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const agent = {
  id: 'ag-1',
  name: 'web-1',
  state: 'active',
  health: 'online',
  capabilities: ['file'],
  last_seen_at: '2026-11-29T11:59:50Z',
} as unknown as Schemas['Agent'];
const draft = {
  kind: 'file',
  agent_id: 'ag-1',
  name: 'web',
  config: { certificate_path: '/a.pem', key_path: '/a.key', probe: [{ address: 'h:443', server_name: 'h' }] },
};
const other = {
  id: 't',
  name: 'other',
  agent_id: 'ag-1',
  config: { key_path: '/a.key' },
} as unknown as Schemas['Target'];
const state = (key: string, checks: ReturnType<typeof checkTarget>) => checks.find((check) => check.key === key)?.state;

describe('the checks of a new target', () => {
  it('let a good one be saved, though the host has not spoken', () => {
    const checks = checkTarget(draft, agent, [], {}, NOW);
    expect(blocked(checks)).toBeNull();
    expect(state('deploy', checks)).toBe('waiting');
    expect(state('probe', checks)).toBe('passed');
  });

  it('hold back one whose agent does not allow its type, or whose files are taken', () => {
    const checks = checkTarget({ ...draft, kind: 'nginx' }, agent, [other], {}, NOW);
    expect(state('kind', checks)).toBe('failed');
    expect(state('files', checks)).toBe('failed');
    expect(blocked(checks)).toBe('2 checks failed');
  });

  it('run while something is not known yet', () => {
    expect(blocked(checkTarget(draft, undefined, undefined, {}, NOW))).toBe('checks are running');
  });

  it('do not mind the same path on another host, and warn without an endpoint', () => {
    expect(clash({ ...draft, agent_id: 'ag-2' }, [other])).toBeNull();
    const { probe: _, ...config } = draft.config;
    expect(state('probe', checkTarget({ ...draft, config }, agent, [], {}, NOW))).toBe('warning');
    expect(probesOf(null)).toEqual([]);
  });
});
