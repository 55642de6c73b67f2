// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Need, Schemas } from '@/api/types';
import { withQuiet } from './use-need-quiet';

const need = (id: string, hidden_until: string | null = null) => ({ id, hidden_until }) as Need;
const needs = (items: Need[], hidden: number): Schemas['Needs'] => ({
  as_of: '',
  items,
  hidden,
  snoozed: 0,
  total: 3,
});
const later = '2026-11-30T12:00:00Z';

describe('a need that is hidden', () => {
  it('goes from the list and is counted; the total stays', () => {
    const after = withQuiet(needs([need('a'), need('b')], 1), 'a', { until: later }, false);
    expect(after.items.map(({ id }) => id)).toEqual(['b']);
    expect([after.hidden, after.total]).toEqual([2, 3]);
  });
  it('stays in the list of what is hidden too, with its end, and comes back', () => {
    const hidden = withQuiet(needs([need('a')], 0), 'a', { until: later, reason: 'known' }, true);
    expect([hidden.items[0]?.hidden_until, hidden.items[0]?.hidden_because]).toEqual([later, 'known']);
    const back = withQuiet(hidden, 'a', null, true);
    expect([back.hidden, back.items[0]?.hidden_until]).toEqual([0, null]);
  });
  it('that is hidden until it changes has no end that is known here', () => {
    const [item] = withQuiet(needs([need('a')], 0), 'a', { until: null }, true).items;
    expect([item?.hidden_until_change, Date.parse(item?.hidden_until ?? '') > Date.parse(later)]).toEqual([true, true]);
  });
  it('is counted once, and what is not there changes nothing', () => {
    const list = needs([need('a', later)], 1);
    expect(withQuiet(list, 'a', { until: later }, true).hidden).toBe(1);
    expect(withQuiet(list, 'z', { until: later }, true)).toBe(list);
  });
});
