// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { quiets, tomorrow } from './quiet';

describe('how long something is out of sight', () => {
  it('is until the next morning, over the end of a month and of a year', () => {
    const evening = new Date(2026, 11, 31, 22, 15).getTime();
    expect(new Date(tomorrow(evening))).toEqual(new Date(2027, 0, 1, 8));
    const night = new Date(2026, 10, 30, 0, 5).getTime();
    expect(new Date(tomorrow(night))).toEqual(new Date(2026, 11, 1, 8));
  });
  it('is never in the past', () => {
    for (let hour = 0; hour < 24; hour += 1) {
      const now = new Date(2026, 2, 28, hour, 59).getTime();
      for (const quiet of quiets) expect(quiet.until(now) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
    }
  });
});
