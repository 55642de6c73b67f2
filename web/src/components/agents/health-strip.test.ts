import { expect, test } from 'vitest';
import { placed, silenceWords } from './health-strip';

const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
const span = (from: number, until: number, health: 'online' | 'late' | 'offline') => ({
  from: at(from),
  until: at(until),
  health,
});

test('spans lie on the day that ends now, and what was before it is cut', () => {
  const all = placed([span(0, 6, 'online'), span(6, 12, 'offline'), span(12, 24, 'online')]);
  expect(all.map((each) => [each.start, each.width])).toEqual([
    [0, 0.25],
    [0.25, 0.25],
    [0.5, 0.5],
  ]);
  expect(silenceWords(all)).toBe('offline once, for 6\u00a0h');
});

test('an agent that joined an hour ago has an empty part before', () => {
  const [first] = placed([span(23, 24, 'online')]);
  expect(first?.start).toBeCloseTo(23 / 24);
  expect(silenceWords(first ? [first] : [])).toBe('never silent');
});
