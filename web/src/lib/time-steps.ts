// The steps of a histogram over time, with those in which nothing is, and the range that one of them stands for.
// Not for: drawing, counting (the server does). Invariant: the ranges touch each other and cover the whole of it.
import type { Schemas } from '@/api/types';
import { dateAndTime, day, instant, longDay } from './time';

export interface TimeStep {
  from: number;
  until: number;
  success: number;
  /** Refused, or tried in vain. */
  failed: number;
}

const DAY = 86_400;

export function timeSteps(it: Schemas['AuditHistogram']): TimeStep[] {
  const from = instant(it.from) ?? 0;
  const end = instant(it.until) ?? from;
  const step = it.step_seconds * 1000;
  const found = new Map(it.steps.map((each) => [instant(each.at), each]));
  const n = Math.min(200, Math.max(1, Math.floor((end - from) / step) + 1));
  return Array.from({ length: n }, (_, index) => {
    const at = from + index * step;
    const each = found.get(at);
    return {
      from: at,
      until: at + step,
      success: each?.success ?? 0,
      failed: (each?.denied ?? 0) + (each?.failure ?? 0),
    };
  });
}

const iso = (at: number) => new Date(at).toISOString().replace('.000', '');

/** The filter of the list that shows exactly the events of a step. */
export const rangeOf = (step: TimeStep) => `${iso(step.from)}..${iso(step.until)}`;

/** When a step is, as long as it is. */
export function stepWords(step: TimeStep, seconds: number): string {
  if (seconds === DAY) return longDay(iso(step.from).slice(0, 10));
  if (seconds > DAY) return `${day(step.from, 'UTC')} to ${day(step.until, 'UTC')}`;
  return `${dateAndTime(step.from, 'UTC')} to ${dateAndTime(step.until, 'UTC').split(', ').at(-1)} UTC`;
}
