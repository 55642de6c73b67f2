// Revocation in plain words: why (RFC 5280, section 5.3.1), and where one stands. Not for: deciding what may be revoked (can.ts).
import type { Schemas } from '@/api/types';
import { instant } from './time';

export type Reason = Schemas['RevocationReason'];
type Version = Schemas['Version'];

interface Words {
  /** In a list to choose from. */
  label: string;
  /** After "revoked, because". */
  because: string;
}

export const revocationReasons: Record<Reason, Words> = {
  key_compromise: { label: 'Its key was stolen or has leaked', because: 'its key was stolen or has leaked' },
  superseded: { label: 'Another certificate has taken its place', because: 'another has taken its place' },
  cessation_of_operation: { label: 'Its names are not served any more', because: 'its names are not served any more' },
  affiliation_changed: {
    label: 'What it says of its owner is not true any more',
    because: 'what it says of its owner is not true any more',
  },
  privilege_withdrawn: {
    label: 'Its owner has lost the right to it',
    because: 'its owner has lost the right to it',
  },
  ca_compromise: { label: 'The authority’s own key has leaked', because: 'the authority’s own key has leaked' },
  aa_compromise: {
    label: 'Who vouches for its attributes was compromised',
    because: 'who vouches for its attributes was compromised',
  },
  unspecified: { label: 'Another reason, which is not published', because: 'no reason is published' },
};

export const reasonOptions = Object.entries(revocationReasons).map(([value, { label }]) => ({
  value: value as Reason,
  label,
  hint: value.replaceAll('_', ' '),
}));

export const revokedBecause = (reason: Reason | null | undefined) => revocationReasons[reason ?? 'unspecified'].because;

/** Since when what is current is revoked, and why; null while some key holder has a version that is not. */
export function revokedNow(versions: readonly Version[]): { at: string; because: string } | null {
  const current = versions.filter((version) => version.current);
  const last = current.toSorted((a, b) => (instant(a.revoked_at) ?? 0) - (instant(b.revoked_at) ?? 0)).at(-1);
  if (!last?.revoked_at || current.some((version) => !version.revoked_at)) return null;
  return { at: last.revoked_at, because: revokedBecause(last.revocation_reason) };
}

/** Whether a revocation was asked for that has not come about: it waits, is on its way, failed or was called off. */
export const isAsked = (versions: readonly Version[]) =>
  versions.some((version) => version.revocation_id && !version.revoked_at);
