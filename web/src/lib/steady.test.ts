import { expect, it } from 'vitest';
import { steadied } from './steady';

const rows = (...ids: string[]) => ids.map((id) => ({ id, band: 'week' }));
const idsOf = (all: readonly { id: string }[]) => all.map(({ id }) => id).join('');

it('keeps the order while the list is in use, and takes the true one after', () => {
  let used = false;
  const order = steadied<{ id: string; band: string }>(
    () => used,
    (before, now) => ({ ...now, band: before.band }),
  );
  expect(idsOf(order(rows('a', 'b', 'c')))).toBe('abc');
  used = true;
  const next = order([{ id: 'd', band: 'urgent' }, { id: 'c', band: 'urgent' }, ...rows('a')]);
  expect(idsOf(next)).toBe('acd');
  expect(next.map(({ band }) => band)).toEqual(['week', 'week', 'urgent']);
  // The same answer again changes nothing.
  expect(idsOf(order(rows('d', 'c', 'a')))).toBe('acd');
  used = false;
  expect(idsOf(order(rows('d', 'c', 'a')))).toBe('dca');
});
