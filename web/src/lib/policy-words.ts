// A renewal policy in words. Not for: deciding when (the server does).
import type { Schemas } from '@/api/types';
import { took } from './time';
import { and, count } from './words';

type Policy = Schemas['RenewalPolicy'];

/** `at two thirds of the lifetime`, `30 d before the end`. */
export function pointWords(point: Policy['point']): string {
  if (!point) return 'when a third of the lifetime is left';
  if ('percent' in point) return `at ${point.percent}\u00a0% of the lifetime`;
  return `${took(point.seconds_before * 1000)} before the end`;
}

export function warnWords(policy: Pick<Policy, 'alert_thresholds_days' | 'alert_thresholds_percent'>): string {
  const marks = [
    ...policy.alert_thresholds_days.map((days) => (days === 0 ? 'at the end' : `${days}\u00a0d before`)),
    ...policy.alert_thresholds_percent.map((percent) => `at ${percent}\u00a0% left`),
  ];
  return marks.length === 0 ? 'does not warn' : and(marks);
}

export function windowWords(policy: Pick<Policy, 'windows'>): string {
  if (policy.windows.length === 0) return 'at any time';
  return and(
    policy.windows.map(
      (window) =>
        `${window.days && window.days.length > 0 ? and(window.days.map((day) => String(day))) : 'every day'} ${window.from} to ${window.to} (${window.time_zone})`,
    ),
  );
}

export const triesWords = (policy: Pick<Policy, 'max_attempts'>) => count(policy.max_attempts, 'try', 'tries');

/** Where a policy's warnings lie in a life, as parts of it from its start. */
export function warnPlaces(
  policy: Pick<Policy, 'alert_thresholds_days' | 'alert_thresholds_percent'>,
  lifetime: number,
): number[] {
  const days = policy.alert_thresholds_days.map((each) => 1 - (each * 86_400_000) / lifetime);
  const percents = policy.alert_thresholds_percent.map((each) => 1 - each / 100);
  return [...new Set([...days, ...percents])].filter((place) => place > 0 && place < 1).toSorted((a, b) => a - b);
}
