import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/types';
import { blocked, checkTarget, clash, probesOf } from './target-checks';

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

describe('the checks of a draft', () => {
  it('let a good one be tested', () => {
    const checks = checkTarget(draft, [], {});
    expect(blocked(checks)).toBeNull();
    expect(checks.map((check) => check.state)).toEqual(['passed', 'passed']);
  });

  it('hold back one that does not fit its schema, or whose files are taken', () => {
    const checks = checkTarget(draft, [other], { key_path: 'is missing' });
    expect(state('form', checks)).toBe('failed');
    expect(state('files', checks)).toBe('failed');
    expect(blocked(checks)).toBe('2\u00a0checks failed');
  });

  it('run while something is not known yet', () => {
    expect(blocked(checkTarget(draft, undefined, {}))).toBe('checks are running');
  });

  it('do not mind the same path on another host, and warn without an endpoint', () => {
    expect(clash({ ...draft, agent_id: 'ag-2' }, [other])).toBeNull();
    const { probe: _, ...config } = draft.config;
    expect(state('probe', checkTarget({ ...draft, config }, [], {}))).toBe('warning');
    expect(probesOf(null)).toEqual([]);
  });
});
