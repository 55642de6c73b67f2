// Where a renewal policy's point and warnings lie in a life of a given length, and back from a place to a value.
// Not for: deciding when (the server does, and spreads renewals by up to 3 % of the life). Places are shares of the life from
// its start. Invariant: the rules are those of the server (never before half of the life, two thirds without a point).
import type { Schemas } from '@/api/types';
import { warnWords } from './policy-words';
import { took } from './time';

export type Point = Schemas['RenewalPoint'] | null;
/** A warning: so many days, or percent of the lifetime, before the end. */
export interface Mark {
  unit: 'days' | 'percent';
  value: number;
}

const DAY = 86_400;
const SHORT = 10 * DAY;
const MOST_BEFORE = 365 * DAY;

const between = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

export function renewPlace(point: Point | undefined, lifetime: number): number {
  if (!point) return lifetime < SHORT ? 1 / 2 : 2 / 3;
  if ('percent' in point) return point.percent / 100;
  return Math.max(lifetime / 2, lifetime - point.seconds_before) / lifetime;
}

/** The point of the same kind at a place; one that follows the rule becomes a share of the lifetime. */
export function pointAt(point: Point, place: number, lifetime: number): Point {
  if (point && 'seconds_before' in point) {
    const before = (1 - between(place, 0.5, 1)) * lifetime;
    const step = lifetime >= 4 * DAY ? DAY : 3600;
    return { seconds_before: between(Math.round(before / step) * step, 3600, MOST_BEFORE) };
  }
  return { percent: between(Math.round(place * 100), 10, 95) };
}

/** Null when it is not shorter than the life, and so does not count. */
export function markPlace(mark: Mark, lifetime: number): number | null {
  const place = mark.unit === 'days' ? 1 - (mark.value * DAY) / lifetime : 1 - mark.value / 100;
  return place > 0 && place <= 1 ? place : null;
}

export function markAt(mark: Mark, place: number, lifetime: number): Mark {
  if (mark.unit === 'percent') return { ...mark, value: between(Math.round((1 - place) * 100), 1, 99) };
  return { ...mark, value: Math.max(0, Math.round(((1 - place) * lifetime) / DAY)) };
}

export const markWords = (mark: Mark) =>
  mark.unit === 'percent'
    ? `at ${mark.value}\u00a0% left`
    : mark.value === 0
      ? 'at the end'
      : `${mark.value}\u00a0d before`;

/** The latest first, as people read them. */
export const inOrder = (marks: readonly Mark[], lifetime: number) =>
  marks.toSorted((a, b) => (markPlace(a, lifetime) ?? -1) - (markPlace(b, lifetime) ?? -1));

/** A part of a life, as exactly as its length makes sense. */
export function lengthWords(seconds: number, lifetime: number): string {
  const step = lifetime >= 2 * DAY ? 3600 : lifetime >= 7200 ? 60 : 1;
  return took(Math.round(seconds / step) * step * 1000);
}

export function thresholdSentence(
  point: Point | undefined,
  marks: readonly Mark[],
  automatic: boolean,
  lifetime: number,
): string {
  const renews = `${automatic ? 'Renews' : 'Is due, but renewed only when asked,'} ${lengthWords(renewPlace(point, lifetime) * lifetime, lifetime)} into a life of ${took(lifetime * 1000)}.`;
  const counting = marks.filter((mark) => markPlace(mark, lifetime) !== null);
  const words = warnWords({
    alert_thresholds_days: counting.filter((mark) => mark.unit === 'days').map((mark) => mark.value),
    alert_thresholds_percent: counting.filter((mark) => mark.unit === 'percent').map((mark) => mark.value),
  });
  return `${renews} ${counting.length === 0 ? 'Never warns.' : `Warns ${words}, if not renewed by then.`}`;
}
