// @vitest-environment node
import { expect, it } from 'vitest';
import { change } from './change';

const of = (value: number, ...history: (number | null)[]) => ({
  value,
  history: history.map((day) => ({ value: day })),
});

it('says how much more or less there is than yesterday, or a week ago', () => {
  expect(change(of(12, 5, 8, 12), 1)).toBe('+4 since yesterday');
  expect(change(of(5, 5, 8, 5), 1)).toBe('−3 since yesterday');
  expect(change(of(212, 90, 100, 1, 2, 3, 4, 5, 6, 212), 7)).toBe('+112 this week');
});

it('says nothing of a day that nobody counted, nor when it is as it was', () => {
  expect(change(of(12, null, 12), 1)).toBeNull();
  expect(change(of(12, 12, 12), 1)).toBeNull();
  expect(change(of(12, 11, 12), 7)).toBeNull();
});
