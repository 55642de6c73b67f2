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
  if ('sooner' in point) return Math.min(sharePlace(point.sooner), beforePlace(point.sooner, lifetime));
  return 'percent' in point ? sharePlace(point) : beforePlace(point, lifetime);
}

const sharePlace = ({ percent }: { percent: number }) => percent / 100;
const beforePlace = ({ seconds_before }: { seconds_before: number }, lifetime: number) =>
  Math.max(lifetime / 2, lifetime - seconds_before) / lifetime;

const shareAt = (place: number) => ({ percent: between(Math.round(place * 100), 10, 95) });

function beforeAt(place: number, lifetime: number) {
  const before = (1 - between(place, 0.5, 1)) * lifetime;
  const step = lifetime >= 4 * DAY ? DAY : 3600;
  return { seconds_before: between(Math.round(before / step) * step, 3600, MOST_BEFORE) };
}

/** The point of the same kind at a place; one that follows the rule becomes a share of the lifetime. Of two points the one that
 * counts is moved, and the other one too when it would hold it back. */
export function pointAt(point: Point, place: number, lifetime: number): Point {
  if (point && 'sooner' in point) {
    const { sooner } = point;
    const places = [sharePlace(sooner), beforePlace(sooner, lifetime)] as const;
    const both = place > Math.max(...places);
    return {
      sooner: {
        ...sooner,
        ...(both || places[0] <= places[1] ? shareAt(place) : {}),
        ...(both || places[1] < places[0] ? beforeAt(place, lifetime) : {}),
      },
    };
  }
  return point && 'seconds_before' in point ? beforeAt(place, lifetime) : shareAt(place);
}

/** Whether a warning comes before the renewal has had its turn, so that each certificate warns. */
export const warnsTooSoon = (mark: Mark, point: Point | undefined, lifetime: number): boolean => {
  const place = markPlace(mark, lifetime);
  return place !== null && place < renewPlace(point, lifetime) - 0.001;
};

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
