import { describe, expect, it } from 'vitest';
import { flat } from './flat';

describe('facts as lines', () => {
  it('names what lies inside, and keeps what is empty', () => {
    expect(flat({ a: 1, ok: true, seen: [{ address: 'h:443', error: null }], tags: ['x', 'y'], none: {} })).toEqual([
      ['a', '1'],
      ['ok', 'yes'],
      ['seen.0.address', 'h:443'],
      ['seen.0.error', 'none'],
      ['tags', 'x, y'],
      ['none', 'empty'],
    ]);
    expect(flat(null)).toEqual([]);
    expect(flat({})).toEqual([]);
  });
});
