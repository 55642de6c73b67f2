import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markAt, markPlace, pointAt, renewPlace, thresholdSentence, warnsTooSoon } from './thresholds';

const DAY = 86_400;

test('without a point, two thirds; half of a short life', () => {
  expect(renewPlace(null, 90 * DAY)).toBeCloseTo(2 / 3);
  expect(renewPlace(null, 9 * DAY)).toBe(0.5);
});

test('a time before the end never lies before half of the life', () => {
  expect(renewPlace({ seconds_before: 30 * DAY }, 90 * DAY)).toBeCloseTo(2 / 3);
  expect(renewPlace({ seconds_before: 80 * DAY }, 90 * DAY)).toBe(0.5);
});

test('a dragged handle keeps its kind and its limits', () => {
  expect(pointAt(null, 0.8, 90 * DAY)).toEqual({ percent: 80 });
  expect(pointAt({ percent: 50 }, 0.01, 90 * DAY)).toEqual({ percent: 10 });
  expect(pointAt({ seconds_before: DAY }, 0.1, 90 * DAY)).toEqual({ seconds_before: 45 * DAY });
  expect(pointAt({ seconds_before: DAY }, 1, 90 * DAY)).toEqual({ seconds_before: 3600 });
});

test('a warning that is not shorter than the life does not count', () => {
  expect(markPlace({ unit: 'days', value: 30 }, 7 * DAY)).toBeNull();
  expect(markPlace({ unit: 'days', value: 0 }, 7 * DAY)).toBe(1);
  expect(markPlace({ unit: 'percent', value: 20 }, 7 * DAY)).toBeCloseTo(0.8);
});

test('a warning comes back from its place', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 89 }), (value) => {
      const mark = { unit: 'days' as const, value };
      expect(markAt(mark, markPlace(mark, 90 * DAY) ?? 0, 90 * DAY)).toEqual(mark);
    }),
  );
});

test('the sentence says both', () => {
  const words = thresholdSentence(
    { seconds_before: 30 * DAY },
    [
      { unit: 'days', value: 0 },
      { unit: 'days', value: 7 },
      { unit: 'days', value: 100 },
    ],
    true,
    90 * DAY,
  ).replaceAll('\u00a0', ' ');
  expect(words).toBe('Renews 60 d into a life of 90 d. Warns 7 d before, at the end, if not renewed by then.');
});

test('of two points the earlier one counts, and the handle moves it', () => {
  const both = { sooner: { percent: 80, seconds_before: 30 * DAY } };
  expect(renewPlace(both, 90 * DAY)).toBeCloseTo(2 / 3);
  expect(renewPlace(both, 200 * DAY)).toBeCloseTo(0.8);
  expect(pointAt(both, 0.6, 90 * DAY)).toEqual({ sooner: { percent: 80, seconds_before: 36 * DAY } });
  expect(pointAt(both, 0.7, 200 * DAY)).toEqual({ sooner: { percent: 70, seconds_before: 30 * DAY } });
  expect(pointAt(both, 0.9, 90 * DAY)).toEqual({ sooner: { percent: 90, seconds_before: 9 * DAY } });
});

test('a warning before the renewal has its turn is noisy', () => {
  expect(warnsTooSoon({ unit: 'days', value: 30 }, null, 90 * DAY)).toBe(false);
  expect(warnsTooSoon({ unit: 'days', value: 30 }, null, 47 * DAY)).toBe(true);
  expect(warnsTooSoon({ unit: 'days', value: 60 }, null, 47 * DAY)).toBe(false);
});
