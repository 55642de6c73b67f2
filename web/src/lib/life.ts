// A certificate's life from what the list says of it. Not for: drawing it (ValidityBar).
import type { Certificate } from '@/api/types';
import { instant, span } from './time';
import { conditions, type Tone } from './tokens';

export interface Life {
  /** When it began, when it may be renewed, when it ends. */
  start: number;
  renew: number | null;
  end: number;
}

type Timed = Pick<Certificate, 'not_after' | 'renew_after' | 'lifetime_seconds' | 'condition'>;

export function lifeOf(it: Timed): Life | null {
  const end = instant(it.not_after);
  if (end === null || !it.lifetime_seconds) return null;
  return { start: end - it.lifetime_seconds * 1000, renew: instant(it.renew_after), end };
}

/** The tone of the bar: the condition's, but a bar that is only waited for is neutral. */
export const lifeTone = (it: Timed): Tone => conditions[it.condition].tone;

/** `in 32 d`, `due for 6 h`, `12 d late`, `now`: what the renewal's time means in this condition. */
export function renewalWords(it: Timed, now: number): string {
  const at = instant(it.renew_after);
  if (it.condition === 'renewing') return 'now';
  if (it.condition === 'archived') return 'no more';
  if (at === null) return it.condition === 'pending' ? 'when issued' : 'not planned';
  if (at > now) return `in ${span(at - now)}`;
  if (it.condition === 'failing' || it.condition === 'expired') return `${span(now - at)} late`;
  return `due for ${span(now - at)}`;
}
