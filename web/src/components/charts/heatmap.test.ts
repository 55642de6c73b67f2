// @vitest-environment node
import { expect, it } from 'vitest';
import { inWeek, steps } from './heatmap';

it('spreads days over five steps, with zero as a step of its own', () => {
  const step = steps([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1000]);
  expect([0, 1, 3, 5, 7, 1000].map(step)).toEqual([0, 1, 2, 3, 4, 5]);
});

it('begins a week where the reader does', () => {
  // Tuesday, after Monday and after Sunday.
  expect(inWeek('2026-11-24', 0)).toBe(1);
  expect(inWeek('2026-11-24', 6)).toBe(2);
  expect(inWeek('2026-11-29', 0)).toBe(6);
  expect(inWeek('2026-11-29', 6)).toBe(0);
});
