// What a target serves, compared with what it should: from the last look at each of its addresses.
// Not for: drawing. Invariant: live truth beats recorded state; what was never looked at is said to be so.
import type { Certificate, Schemas } from '@/api/types';
import type { Naming } from './lineage';
import type { StatusWord } from './tokens';

type Deployment = Schemas['Deployment'];

export interface Serving {
  targetId: string;
  address: string | null;
  serverName: string | null;
  at: string | null;
  /** Which version was seen, when it is one of this certificate's. */
  version: string | null;
  result: StatusWord;
  note: string | null;
}

const words = {
  verified: { label: 'Verified', glyph: 'healthy', tone: 'ok' },
  old: { label: 'Old version live', glyph: 'warning', tone: 'warn' },
  foreign: { label: 'Another certificate', glyph: 'failing', tone: 'crit' },
  unreachable: { label: 'Unreachable', glyph: 'failing', tone: 'crit' },
  never: { label: 'Not seen yet', glyph: 'waiting', tone: 'neutral' },
  none: { label: 'Not deployed', glyph: 'waiting', tone: 'neutral' },
} satisfies Record<string, StatusWord>;

export function servingOf(it: Certificate, latest: ReadonlyMap<string, Deployment>, naming: Naming): Serving[] {
  const current = new Set(it.holders.map((holder) => holder.current_version_id));
  return it.target_ids.flatMap((targetId): Serving[] => {
    const deployment = latest.get(targetId);
    const bare = { targetId, address: null, serverName: null, at: null, version: null, note: null };
    if (deployment === undefined) return [{ ...bare, result: words.none }];
    if (deployment.seen.length === 0) return [{ ...bare, result: words.never, note: deployment.error ?? null }];
    return deployment.seen.map((sighting): Serving => {
      const seen = naming.byFingerprint(sighting.fingerprint_sha256);
      const result = !sighting.fingerprint_sha256
        ? words.unreachable
        : seen === null
          ? sighting.fingerprint_sha256 === deployment.fingerprint_sha256
            ? words.verified
            : words.foreign
          : current.has(seen.version.id)
            ? words.verified
            : words.old;
      return {
        targetId,
        address: sighting.address,
        serverName: sighting.server_name ?? null,
        at: sighting.at,
        version: seen?.name ?? null,
        result,
        note: sighting.error ?? null,
      };
    });
  });
}
