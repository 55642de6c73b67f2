// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/types';
import { isAsked, reasonOptions, revokedNow } from './revocation-words';

const version = (over: Partial<Schemas['Version']>) => ({ current: true, ...over }) as Schemas['Version'];

describe('revocation in words', () => {
  it('offers what happens most first, and no reason last', () => {
    expect(reasonOptions.map((each) => each.value).slice(0, 2)).toEqual(['key_compromise', 'superseded']);
    expect(reasonOptions.at(-1)?.value).toBe('unspecified');
    expect(new Set(reasonOptions.map((each) => each.label)).size).toBe(8);
  });
  it('is revoked once the version of every key holder is', () => {
    const one = version({ revoked_at: '2026-11-30T08:00:00Z', revocation_reason: 'key_compromise' });
    const two = version({ revoked_at: '2026-11-30T08:00:05Z', revocation_reason: 'superseded' });
    expect(revokedNow([one, version({})])).toBeNull();
    expect(revokedNow([])).toBeNull();
    expect(revokedNow([two, one, version({ current: false })])).toEqual({
      at: '2026-11-30T08:00:05Z',
      because: 'another has taken its place',
    });
  });
  it('is asked for while it has not come about', () => {
    expect(isAsked([version({ revocation_id: 'rev-1' })])).toBe(true);
    expect(isAsked([version({ revocation_id: 'rev-1', revoked_at: '2026-11-30T08:00:00Z' }), version({})])).toBe(false);
  });
});
