// @vitest-environment node
import { expect, it } from 'vitest';
import { isBroad } from './plan-dialog';

it('asks for the number over 100 objects, and over a tenth of production', () => {
  const plan = (will_change: number, production: number, production_total: number) => ({
    will_change,
    production,
    production_total,
  });
  expect(isBroad(plan(100, 0, 0))).toBe(false);
  expect(isBroad(plan(101, 0, 0))).toBe(true);
  expect(isBroad(plan(20, 10, 100))).toBe(false);
  expect(isBroad(plan(20, 11, 100))).toBe(true);
  expect(isBroad(plan(1, 1, 5))).toBe(false);
});
