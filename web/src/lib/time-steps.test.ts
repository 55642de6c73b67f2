import { expect, test } from 'vitest';
import { rangeOf, stepWords, timeSteps } from './time-steps';

const found = {
  from: '2026-01-01T00:00:00Z',
  until: '2026-01-01T00:20:00Z',
  step_seconds: 300,
  total: 6,
  steps: [
    { at: '2026-01-01T00:05:00Z', success: 3, denied: 1, failure: 1 },
    { at: '2026-01-01T00:20:00Z', success: 1, denied: 0, failure: 0 },
  ],
  approximate: false,
  as_of: '2026-01-01T00:20:00Z',
};

test('empty steps are there, and the last one holds the end', () => {
  const steps = timeSteps(found);
  expect(steps.map((each) => [each.success, each.failed])).toEqual([
    [0, 0],
    [3, 2],
    [0, 0],
    [0, 0],
    [1, 0],
  ]);
});

test('a step is a range of the list, and reads as long as it is', () => {
  const [, second] = timeSteps(found);
  if (!second) throw new Error('there is no second step');
  expect(rangeOf(second)).toBe('2026-01-01T00:05:00Z..2026-01-01T00:10:00Z');
  expect(stepWords(second, 300)).toBe('1 Jan 2026, 00:05 to 00:10 UTC');
  expect(stepWords(second, 86_400)).toBe('Thursday, 1 January 2026');
});
