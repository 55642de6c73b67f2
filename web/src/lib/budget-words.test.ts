// @vitest-environment node
import { expect, it } from 'vitest';
import { budgetWords, nearest, windowWords } from './budget-words';

const budget = (used: number, next_at: string | null = null) => ({ limit: 300, used, window_seconds: 10_800, next_at });

it('says what is used of the window, and when the next can begin', () => {
  expect(budgetWords(budget(14))).toEqual({ state: 'free', text: '14 of 300 orders used in this 3 h window.' });
  expect(budgetWords(budget(214)).state).toBe('near');
  const spent = budgetWords(budget(300, '2026-12-01T10:00:00Z'));
  expect(spent.state).toBe('spent');
  expect(spent.text).toMatch(/^300 of 300 orders .* the next can begin on .*\d\d:\d\d.*\.$/);
});

it('names windows in their greatest whole unit', () => {
  expect([604_800, 10_800, 5_400, 45].map(windowWords)).toEqual(['7 d', '3 h', '90 min', '45 s']);
});

it('finds who is nearest to its limit', () => {
  const of = (id: string, used?: number) => ({ id, health: { budget: used === undefined ? null : budget(used) } });
  expect(nearest([of('a', 3), of('b', 290), of('c')])?.id).toBe('b');
  expect(nearest([of('c')])).toBeUndefined();
});
