// What waits for a second person: told from what was done, and its states in words. Not for: deciding (the server does).
// Invariant: an answer that says "waiting" is never taken for something done.
import type { Schemas } from '@/api/types';
import type { StatusWord } from './tokens';

export type Confirmation = Schemas['Confirmation'];

/** Whether an answer says that a second person was asked first. */
export function isAsked(answer: unknown): answer is Confirmation {
  if (typeof answer !== 'object' || answer === null) return false;
  const { id, state } = answer as { id?: unknown; state?: unknown };
  return typeof id === 'string' && id.startsWith('cf-') && state === 'waiting';
}

export const confirmationStates: Record<Schemas['ConfirmationState'], StatusWord> = {
  waiting: { label: 'waits for a second person', glyph: 'waiting', tone: 'neutral' },
  confirmed: { label: 'confirmed, being done', glyph: 'renewing', tone: 'info' },
  done: { label: 'done', glyph: 'healthy', tone: 'ok' },
  failed: { label: 'could not be done', glyph: 'failing', tone: 'crit' },
  refused: { label: 'refused', glyph: 'archived', tone: 'neutral' },
  cancelled: { label: 'taken back', glyph: 'archived', tone: 'neutral' },
  expired: { label: 'nobody decided in time', glyph: 'archived', tone: 'neutral' },
};

/** The place in the dashboard of what a confirmation is about; null when it has none. */
export function placeOf(it: Confirmation): { to: string; label: string } | null {
  switch (it.action) {
    case 'bulk_revoke':
      return { to: '/certificates', label: 'Certificates' };
    case 'replace_ca':
      return { to: `/issuers/${it.object_id}`, label: 'The issuer' };
    case 'replace_root':
      return { to: '/hierarchy', label: 'The hierarchy' };
    case 'grant_admin':
      return { to: '/settings/users', label: 'Users' };
    case 'end_two_people':
      return { to: '/settings/two-people', label: 'The rule' };
  }
}
