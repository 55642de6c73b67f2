import { describe, expect, it } from 'vitest';
import { failing, isOf, itemsOf, type TargetTest, untested } from './target-test';

const draft = {
  kind: 'nginx',
  agent_id: 'ag-1',
  name: 'web',
  config: { key_path: '/a.key', certificate_path: '/a.pem', owner: '' },
};
const check = (name: string, state: string, more: object = {}) => ({
  name,
  title: name,
  state,
  detail: null,
  fix: null,
  milliseconds: null,
  carried: false,
  ...more,
});
const test = (state: string, checks: object[]) =>
  ({
    id: 'tt-1',
    agent_id: 'ag-1',
    kind: 'nginx',
    config: { certificate_path: '/a.pem', key_path: '/a.key' },
    state,
    checks,
  }) as unknown as TargetTest;

describe('a test of a target', () => {
  it('counts only for exactly the draft that it tested', () => {
    const passed = test('Passed', [check('agent', 'passed')]);
    expect(isOf(passed, draft)).toBe(true);
    expect(untested(passed, draft)).toBeNull();
    expect(untested(passed, { ...draft, agent_id: 'ag-2' })).toBe('it was not tested yet');
    expect(untested(undefined, draft)).toBe('it was not tested yet');
  });

  it('holds saving back while it runs, when it failed and when nobody answered', () => {
    expect(untested(test('Running', []), draft)).toBe('the test is running');
    expect(untested(test('Unanswered', []), draft)).toBe('the agent did not answer');
    expect(untested(test('Warned', [check('endpoint', 'warning')]), draft)).toBeNull();
    const failed = test('Failed', [check('policy', 'passed'), check('paths', 'failed'), check('dry_run', 'skipped')]);
    expect(untested(failed, draft)).toBe('1\u00a0check failed');
    expect(failing(failed)).toEqual(['paths', 'dry_run']);
  });

  it('is told with what was measured and what to do', () => {
    const [one, two] = itemsOf(
      test('Failed', [
        check('paths', 'failed', { detail: 'no', fix: 'sudo x', milliseconds: 3 }),
        check('reload', 'passed', { carried: true }),
      ]),
    );
    expect(one).toMatchObject({ state: 'failed', detail: 'no · 3 ms', command: 'sudo x' });
    expect(two).toMatchObject({ state: 'passed', detail: 'as found before' });
  });
});
