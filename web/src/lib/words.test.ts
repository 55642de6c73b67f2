// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { and, count, percent, plural } from './words';

describe('numbers in words', () => {
  const forms = { one: '# request awaits approval', other: '# requests await approval' };
  it('take the whole sentence of their form, with the number kept beside its noun', () => {
    expect(plural(1, forms)).toBe('1\u00a0request awaits approval');
    expect(plural(1284, forms)).toBe('1,284\u00a0requests await approval');
    expect(plural(0, forms)).toBe('0\u00a0requests await approval');
    expect(plural(1, { one: 'Its alert', other: 'Its # alerts' })).toBe('Its alert');
  });
  it('count, join and share', () => {
    expect(count(2, 'try', 'tries')).toBe('2\u00a0tries');
    expect(and(['a', 'b', 'c'])).toBe('a, b and c');
    expect(percent(9999, 10_000)).toBe('99.9%');
  });
});
