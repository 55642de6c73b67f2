// The versions of a certificate as rounds (v1, v2 ...): one renewal makes one version for each key holder.
// Not for: drawing (Lineage). Invariants: rounds are in the order of their issue; a holder is in a round once.
import type { Schemas } from '@/api/types';

export type Version = Schemas['Version'];

export interface Round {
  /** 1 for the first; null while older versions are not loaded, because then it cannot be known. */
  number: number | null;
  versions: Version[];
  start: number;
  end: number;
  issued: number;
  current: boolean;
}

/** Rounds, the oldest first. `complete` when `versions` are all that there are. */
export function roundsOf(versions: readonly Version[], complete: boolean): Round[] {
  const rounds: Round[] = [];
  for (const version of versions.toSorted((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at))) {
    const issued = Date.parse(version.created_at);
    const start = Date.parse(version.not_before);
    const end = Date.parse(version.not_after);
    const last = rounds.at(-1);
    const same =
      last !== undefined &&
      issued - last.issued < (end - start) / 4 &&
      !last.versions.some((other) => (other.agent_id ?? null) === (version.agent_id ?? null));
    if (same) {
      last.versions.push(version);
      last.start = Math.min(last.start, start);
      last.end = Math.max(last.end, end);
      last.current ||= version.current;
    } else {
      rounds.push({ number: null, versions: [version], start, end, issued, current: version.current });
    }
  }
  if (complete)
    rounds.forEach((round, index) => {
      round.number = index + 1;
    });
  return rounds;
}

/** `v8`, or what it can be told by when its number is not known. */
export const roundName = (round: Round): string =>
  round.number === null ? (round.versions[0]?.serial.slice(0, 6) ?? '') : `v${round.number}`;

export interface Naming {
  /** The name of a version by its id, `v8`. */
  byId: (id: string | null | undefined) => string | null;
  /** The version that has a fingerprint. */
  byFingerprint: (sha256: string | null | undefined) => { name: string; version: Version } | null;
}

export function namingOf(rounds: readonly Round[]): Naming {
  const ids = new Map<string, string>();
  const prints = new Map<string, { name: string; version: Version }>();
  for (const round of rounds)
    for (const version of round.versions) {
      ids.set(version.id, roundName(round));
      prints.set(version.fingerprint_sha256, { name: roundName(round), version });
    }
  return {
    byId: (id) => (id ? (ids.get(id) ?? null) : null),
    byFingerprint: (sha256) => (sha256 ? (prints.get(sha256) ?? null) : null),
  };
}

export interface Difference {
  field: string;
  left: string;
  right: string;
  same: boolean;
}

/** Two versions field by field; `of` writes a field of one. */
export function compare(
  fields: readonly { field: string; of: (version: Version) => string }[],
  left: Version,
  right: Version,
): Difference[] {
  return fields.map(({ field, of }) => {
    const a = of(left);
    const b = of(right);
    return { field, left: a, right: b, same: a === b };
  });
}

/** Since when all of these are revoked; null while one is not. */
export function revokedAt(versions: readonly Version[]): number | null {
  const times = versions.map((version) => Date.parse(version.revoked_at ?? ''));
  return times.length === 0 || times.some(Number.isNaN) ? null : Math.max(...times);
}
