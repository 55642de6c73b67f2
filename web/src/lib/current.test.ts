// @vitest-environment node
import { expect, it } from 'vitest';
import { mayLoadAnew } from './current';

it('a page is loaded anew for a missing part once in a while', () => {
  expect(mayLoadAnew(null, 1_700_000_000_000)).toBe(true);
  expect(mayLoadAnew('1700000000000', 1_700_000_030_000)).toBe(false);
  expect(mayLoadAnew('1700000000000', 1_700_000_061_000)).toBe(true);
});
