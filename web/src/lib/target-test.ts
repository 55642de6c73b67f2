// A test that an agent carries out on its host, as checks in their order, and whether a draft may be saved after it.
// Not for: asking for one (use-target-test.ts), drawing (CheckList). Invariant: only a test of exactly this draft counts.
import type { Schemas } from '@/api/types';
import type { CheckItem, CheckState } from './checks';
import { tidied } from './json-schema';
import type { TargetDraft } from './target-checks';
import { count } from './words';

export type TargetTest = Schemas['TargetTest'];
export type CheckName = Schemas['CheckName'];

const states: Record<Schemas['CheckState'], CheckState> = {
  pending: 'waiting',
  running: 'running',
  passed: 'passed',
  warning: 'warning',
  failed: 'failed',
  skipped: 'waiting',
};

export const isOpen = (test: TargetTest) => test.state === 'Pending' || test.state === 'Running';

export function itemsOf(test: TargetTest): CheckItem[] {
  return test.checks.map((check) => {
    const took = check.carried
      ? 'as found before'
      : check.milliseconds === null || check.milliseconds === undefined
        ? null
        : `${check.milliseconds} ms`;
    return {
      key: check.name,
      title: check.title,
      state: states[check.state],
      detail: [check.detail, took].filter(Boolean).join(' · '),
      command: check.fix ?? undefined,
    };
  });
}

/** What has to be tested again. */
export const failing = (test: TargetTest): CheckName[] =>
  test.checks.filter((check) => check.state === 'failed' || check.state === 'skipped').map((check) => check.name);

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, each]) => [key, sorted(each)]),
        )
      : value;

/** Whether a test was of exactly this draft. */
export const isOf = (test: TargetTest, draft: TargetDraft) =>
  test.agent_id === draft.agent_id &&
  test.kind === draft.kind &&
  JSON.stringify(sorted(test.config)) === JSON.stringify(sorted(tidied(draft.config)));

/** Why a draft may not be saved after its test; null when it may. */
export function untested(test: TargetTest | undefined, draft: TargetDraft): string | null {
  if (!test || !isOf(test, draft)) return 'it was not tested yet';
  if (isOpen(test)) return 'the test is running';
  if (test.state === 'Unanswered') return 'the agent did not answer';
  const failed = test.checks.filter((check) => check.state === 'failed').length;
  return failed > 0 ? `${count(failed, 'check')} failed` : null;
}
