// @vitest-environment node
import { expect, it } from 'vitest';
import { steps } from './heatmap';

it('spreads days over five steps, with zero as a step of its own', () => {
  const step = steps([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1000]);
  expect([0, 1, 3, 5, 7, 1000].map(step)).toEqual([0, 1, 2, 3, 4, 5]);
});
