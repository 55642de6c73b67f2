// How a number has changed, in words: `+4 since yesterday`, `+112 this week`. Not for: drawing its days (Spark).
// Invariant: nothing is said when the day to compare with was not counted, or when nothing changed.
import { number } from '@/lib/words';

interface Counted {
  value: number;
  /** The last days, the oldest first; the last one is today. */
  history: readonly { value?: number | null }[];
}

export function change(it: Counted, days: 1 | 7): string | null {
  const before = it.history.at(-1 - days)?.value ?? null;
  if (before === null || before === it.value) return null;
  const by = `${it.value > before ? '+' : '−'}${number(Math.abs(it.value - before))}`;
  return days === 1 ? `${by} since yesterday` : `${by} this week`;
}
