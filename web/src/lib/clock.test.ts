// @vitest-environment node
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { clockSkew, learnServerTime, now, skewWorthSaying } from './clock';

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-12-01T09:00:00Z') }));
afterEach(() => {
  learnServerTime(new Date().toISOString());
  vi.useRealTimers();
});

it('follows the server’s clock when it is more than two seconds away, and says so from a minute on', () => {
  learnServerTime('2026-12-01T09:00:01.500Z');
  expect([clockSkew(), skewWorthSaying()]).toEqual([0, 0]);
  learnServerTime('2026-12-01T09:00:03Z');
  expect([clockSkew(), skewWorthSaying()]).toEqual([3000, 0]);
  expect(now()).toBe(Date.parse('2026-12-01T09:00:03Z'));
  learnServerTime('2026-12-01T08:57:00Z');
  expect([clockSkew(), skewWorthSaying()]).toEqual([-180_000, -180_000]);
});

it('is right a month later, as long as it hears from the server now and then', () => {
  learnServerTime('2026-12-01T09:00:00Z');
  vi.setSystemTime(new Date('2027-01-01T09:00:00Z'));
  // This computer has lost five seconds meanwhile.
  learnServerTime('2027-01-01T09:00:05Z');
  expect(now()).toBe(Date.parse('2027-01-01T09:00:05Z'));
});
