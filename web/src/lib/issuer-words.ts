// How an issuer is doing, in words. Not for: asking it (its test does). Invariant: paused stands before everything else, and then
// that it asked to be left alone: whether it answers cannot be known while nobody asks it.
import type { Schemas } from '@/api/types';
import { instant, span } from './time';
import type { StatusWord } from './tokens';
import { number, percent } from './words';

type Issuer = Pick<Schemas['Issuer'], 'health' | 'paused_at'>;

const states: Record<Schemas['IssuerState'], StatusWord> = {
  ok: { label: 'Answers', glyph: 'healthy', tone: 'ok' },
  failing: { label: 'Does not answer', glyph: 'failing', tone: 'crit' },
  unknown: { label: 'Not asked yet', glyph: 'pending', tone: 'neutral' },
};
const paused: StatusWord = { label: 'Paused', glyph: 'archived', tone: 'warn' };
const limited: StatusWord = { label: 'Asked to wait', glyph: 'due', tone: 'warn' };

/** The end of the time for which an authority asked to be left alone, while that lasts. */
export function limitedUntil({ health }: Pick<Issuer, 'health'>, now: number): string | null {
  const until = instant(health.limited_until);
  return until !== null && until > now ? (health.limited_until ?? null) : null;
}

export function issuerStatus(it: Issuer, now: number): StatusWord {
  if (it.paused_at) return paused;
  return limitedUntil(it, now) === null ? states[it.health.state] : limited;
}

/** `2 of 51, 3.9%` of its orders of a day were given up; `none of 51`; nothing when there was none. */
export function errorRate({ signed, failed }: Pick<Schemas['IssuerHealth'], 'signed' | 'failed'>): string {
  const all = signed + failed;
  if (all === 0) return 'no orders';
  if (failed === 0) return `none of ${number(all)}`;
  return `${number(failed)} of ${number(all)}, ${percent(failed, all)}`;
}

/** How much of what an authority takes is used up: `180 of 300 in 3 h`, with its share, and whether orders wait for more. */
export function budgetWords({ used, limit, window_seconds, next_at }: Schemas['IssuerBudget'], now: number) {
  const next = instant(next_at);
  const waits = used >= limit || (next !== null && next > now);
  return {
    words: `${number(used)} of ${number(limit)} in ${span(window_seconds * 1000)}`,
    share: limit <= 0 ? 1 : Math.min(1, used / limit),
    tone: waits ? ('warn' as const) : ('ok' as const),
  };
}
