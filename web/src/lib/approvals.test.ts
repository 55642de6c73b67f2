import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/types';
import { alike, requestFacts } from './approvals';

const profile = {
  name: 'Public',
  name_patterns: ['*.example.com'],
  wildcards: false,
  ip_addresses: false,
  max_names: 2,
  min_lifetime_seconds: 86_400,
  max_lifetime_seconds: 90 * 86_400,
  key_algorithms: ['ecdsa-p256'],
  key_strategies: [],
  environments: ['production'],
} as unknown as Schemas['Profile'];

describe('a request beside its profile', () => {
  it('says for each field whether it fits', () => {
    const facts = requestFacts({
      lifetime: 398 * 86_400,
      algorithm: 'ecdsa-p256',
      strategy: 'per_host',
      names: ['*.example.com'],
      environment: 'staging',
      profile,
    });
    expect(Object.fromEntries(facts.map((fact) => [fact.field, fact.fits]))).toEqual({
      Names: false,
      Lifetime: false,
      Key: true,
      'Made by': null,
      Environment: false,
    });
  });

  it('lets only requests that are alike go together', () => {
    const one = { profile_id: 'p', requested_by: { kind: 'system', id: 'renewal' } } as Schemas['WaitingApproval'];
    expect(alike([one, { ...one }])).toBeNull();
    expect(alike([one, { ...one, profile_id: 'q' }])).not.toBeNull();
  });
});

it('what differs from the version that is replaced is told, and rounding is no difference', () => {
  const input = {
    lifetime: 90 * 86_400,
    algorithm: 'ecdsa-p256',
    strategy: null,
    names: ['a.example.internal'],
    environment: null,
    profile: undefined,
  };
  const current = { not_before: '2026-01-01T00:00:00Z', not_after: '2026-04-01T00:05:00Z', key_algorithm: 'rsa-2048' };
  const before = (rows: ReturnType<typeof requestFacts>) =>
    rows.flatMap((row) => (row.before === undefined ? [] : [[row.field, row.before]]));
  expect(before(requestFacts({ ...input, current }))).toEqual([['Key', 'RSA 2048']]);
  expect(before(requestFacts({ ...input, lifetime: 47 * 86_400, algorithm: 'rsa-2048', current }))).toEqual([
    ['Lifetime', '90\u00a0d'],
  ]);
  expect(before(requestFacts(input))).toEqual([]);
});
