// A renewal policy in words. Not for: deciding when (the server does).
import type { Schemas } from '@/api/types';
import { took } from './time';
import { windowText } from './week-window';
import { and, count } from './words';

type Policy = Schemas['RenewalPolicy'];

/** `at two thirds of the lifetime`, `30 d before the end`. */
export function pointWords(point: Policy['point']): string {
  if (!point) return 'when a third of the lifetime is left';
  if ('sooner' in point)
    return `at ${point.sooner.percent}\u00a0% of the lifetime or ${took(point.sooner.seconds_before * 1000)} before the end, whichever is sooner`;
  if ('percent' in point) return `at ${point.percent}\u00a0% of the lifetime`;
  return `${took(point.seconds_before * 1000)} before the end`;
}

export function warnWords(policy: Pick<Policy, 'alert_thresholds_days' | 'alert_thresholds_percent'>): string {
  const days = policy.alert_thresholds_days.filter((each) => each > 0).toSorted((a, b) => b - a);
  const percents = policy.alert_thresholds_percent.toSorted((a, b) => b - a);
  const marks = [
    ...(days.length > 0 ? [`${and(days.map(String))}\u00a0d before`] : []),
    ...(percents.length > 0 ? [`at ${and(percents.map(String))}\u00a0% left`] : []),
    ...(policy.alert_thresholds_days.includes(0) ? ['at the end'] : []),
  ];
  return marks.length === 0 ? 'does not warn' : marks.join(', ');
}

export function windowWords(policy: Pick<Policy, 'windows'>): string {
  if (policy.windows.length === 0) return 'at any time';
  return and(policy.windows.map(windowText));
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
