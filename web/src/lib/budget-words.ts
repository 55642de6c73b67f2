// What an issuer still takes, in words. Not for: changing its limit (the issuer's form).
import type { Schemas } from '@/api/types';
import { dayAndTime } from './time';
import { number } from './words';

type Budget = Schemas['IssuerBudget'];

/** From here on it is said with a sign of its own. */
const NEAR = 0.7;

/** `3 h`, `7 d`, `90 min` */
export function windowWords(seconds: number): string {
  for (const [unit, length] of [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
  ] as const) {
    if (seconds >= length && seconds % length === 0) return `${seconds / length} ${unit}`;
  }
  return `${seconds} s`;
}

export function budgetWords(budget: Budget): { state: 'free' | 'near' | 'spent'; text: string } {
  const used = `${number(budget.used)} of ${number(budget.limit)} orders used in this ${windowWords(budget.window_seconds)} window`;
  if (budget.next_at)
    return { state: 'spent', text: `${used}, the next can begin on ${dayAndTime(Date.parse(budget.next_at))}.` };
  return { state: budget.used >= budget.limit * NEAR ? 'near' : 'free', text: `${used}.` };
}

/** The issuer that is nearest to its limit. */
export function nearest<I extends { health: { budget?: Budget | null } }>(issuers: readonly I[]): I | undefined {
  const share = ({ health: { budget } }: I) => (budget ? budget.used / Math.max(1, budget.limit) : -1);
  return issuers.filter(({ health }) => health.budget).toSorted((a, b) => share(b) - share(a))[0];
}
