// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/types';
import { budgetWords, errorRate, issuerStatus } from './issuer-words';

const now = Date.parse('2026-11-30T08:00:00Z');
const health = (state: Schemas['IssuerState']) => ({ state, signed: 1, failed: 0, open_jobs: 0 });

describe('an issuer in words', () => {
  it('is paused before it is anything else', () => {
    expect(issuerStatus({ health: health('failing'), paused_at: '2026-11-30T07:00:00Z' }, now).label).toBe('Paused');
    expect(issuerStatus({ health: health('failing'), paused_at: null }, now).label).toBe('Does not answer');
  });
  it('is left alone as long as it asked for, and no longer', () => {
    const asked = (until: string) => ({ health: { ...health('ok'), limited_until: until }, paused_at: null });
    expect(issuerStatus(asked('2026-11-30T08:10:00Z'), now).label).toBe('Asked to wait');
    expect(issuerStatus(asked('2026-11-30T07:59:59Z'), now).label).toBe('Answers');
  });
  it('tells its errors with what they are part of, and none without orders', () => {
    expect(errorRate({ signed: 49, failed: 2 })).toBe('2 of 51, 3.9%');
    expect(errorRate({ signed: 1200, failed: 0 })).toBe('none of 1,200');
    expect(errorRate({ signed: 0, failed: 0 })).toBe('no orders');
  });
});

it('says how much of a budget is used', () => {
  const now = Date.parse('2026-11-30T10:00:00Z');
  const budget = { used: 180, limit: 300, window_seconds: 10_800, next_at: null };
  expect(budgetWords(budget, now)).toEqual({ words: '180 of 300 in 3\u00a0h', share: 0.6, tone: 'ok' });
  expect(budgetWords({ ...budget, used: 300, next_at: '2026-11-30T10:05:00Z' }, now)).toMatchObject({
    share: 1,
    tone: 'warn',
  });
});
