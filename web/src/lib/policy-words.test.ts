import { describe, expect, it } from 'vitest';
import { pointWords, warnPlaces, warnWords } from './policy-words';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('a policy in words', () => {
  it('says its point', () => {
    expect(plain(pointWords({ percent: 50 }))).toBe('at 50 % of the lifetime');
    expect(plain(pointWords({ seconds_before: 30 * 86_400 }))).toBe('30 d before the end');
  });
  it('says when it warns, and where that lies in a life', () => {
    const policy = { alert_thresholds_days: [30, 7, 0], alert_thresholds_percent: [10] };
    expect(plain(warnWords(policy))).toBe('30 and 7 d before, at 10 % left, at the end');
    expect(warnPlaces(policy, 60 * 86_400_000)).toEqual([0.5, 1 - 7 / 60, 0.9].toSorted((a, b) => a - b));
    expect(warnPlaces(policy, 5 * 86_400_000)).toEqual([0.9]);
  });
});
