import { describe, expect, it } from 'vitest';
import { compare, namingOf, revokedAt, roundsOf, type Version } from './lineage';

const version = (id: string, agent_id: string | null, created_at: string, days = 90): Version => ({
  id,
  number: 1,
  agent_id,
  certificate_id: 'mc-1',
  issuer_id: 'iss-1',
  serial: `00${id}`,
  fingerprint_sha256: `fp-${id}`,
  public_key_sha256: `pk-${id}`,
  key_algorithm: 'ecdsa-p256',
  not_before: created_at,
  not_after: new Date(Date.parse(created_at) + days * 86_400_000).toISOString(),
  created_at,
  current: false,
});

describe('rounds of versions', () => {
  const a1 = version('a1', 'a', '2026-01-01T00:00:00Z');
  const b1 = version('b1', 'b', '2026-01-01T00:00:03Z');
  const a2 = version('a2', 'a', '2026-03-01T00:00:00Z');
  const b2 = version('b2', 'b', '2026-03-01T02:00:00Z');

  it('has one version for each key holder', () => {
    const rounds = roundsOf([b2, a2, b1, a1], true);
    expect(rounds.map((round) => [round.number, round.versions.map((it) => it.id)])).toEqual([
      [1, ['a1', 'b1']],
      [2, ['a2', 'b2']],
    ]);
  });

  it('begins anew when a holder comes again, however soon', () => {
    const again = version('a3', 'a', '2026-03-01T02:00:01Z');
    expect(roundsOf([again, b2, a2], true)).toHaveLength(2);
  });

  it('knows no numbers when older versions are missing', () => {
    const naming = namingOf(roundsOf([a2, b2], false));
    expect(naming.byId('a2')).toBe('00a2');
    expect(naming.byFingerprint('fp-b2')?.version.id).toBe('b2');
    expect(naming.byFingerprint('fp-x')).toBeNull();
  });

  it('compares field by field', () => {
    const fields = [
      { field: 'Serial', of: (it: Version) => it.serial },
      { field: 'Key', of: (it: Version) => it.key_algorithm },
    ];
    expect(compare(fields, a1, a2).map((it) => it.same)).toEqual([false, true]);
  });
});

it('is revoked since its last version was, and not while one is left', () => {
  const at = (revoked_at?: string) => ({ ...version('r', 'a', '2026-01-01T00:00:00Z'), revoked_at });
  const [early, late] = ['2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'];
  expect(revokedAt([at(late), at(early)])).toBe(Date.parse(late));
  expect([revokedAt([at(late), at()]), revokedAt([])]).toEqual([null, null]);
});
