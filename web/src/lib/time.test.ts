// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { ago, instant, left, momentOf, readTimes, span, took } from './time';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const H = 3_600_000;
const now = Date.parse('2026-11-24T09:14:22Z');

describe('times', () => {
  it.each([
    [62.9 * 24 * H, '62 d left'],
    [48 * H, '2 d left'],
    [48 * H - 1, '47 h left'],
    [42.9 * 60_000, '42 min left'],
    [90_000, '90 s left'],
    [-3 * 24 * H, 'expired 3 d ago'],
  ])('writes what is left, rounded down: %d', (ms, text) => {
    expect(plain(left(now + ms, now))).toBe(text);
  });

  it('says when an end is not known, also for the zero date', () => {
    expect(left(instant(null), now)).toBe('not known');
    expect(left(instant('0001-01-01T00:00:00Z'), now)).toBe('not known');
  });

  it('writes ages, and the date after two weeks', () => {
    expect(plain(ago(now - 40_000, now))).toBe('40 s ago');
    expect(ago(now - 1000, now)).toBe('just now');
    expect(ago(now - 20 * 24 * H, now)).toBe('4 Nov 2026');
  });

  it('writes durations in two units at most', () => {
    expect([210, 37_000, 89_000, 3_600_000, 5_400_000].map((ms) => plain(took(ms)))).toEqual([
      '0.2 s',
      '37 s',
      '1 min 29 s',
      '1 h',
      '1 h 30 min',
    ]); // prettier-ignore
  });

  it('never shows a negative length', () => {
    expect(plain(span(-5))).toBe('0 s');
  });

  it('writes a moment of a short life with its time', () => {
    const end = Date.parse('2026-11-24T09:17:22Z');
    expect(momentOf(end, 90 * 24 * H, 'UTC')).toBe('24 Nov 2026');
    expect(momentOf(end, 3 * 60_000, 'UTC')).toBe('24 Nov, 09:17:22');
    expect(readTimes('it ends at 2026-11-24T09:17:22Z', 'UTC')).toBe('it ends at 24 Nov 2026, 09:17');
  });
});
