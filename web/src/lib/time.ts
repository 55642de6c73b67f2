// How times are written: what is left, how long ago, durations, and absolute times with their zone.
// Not for: ticking (clock.ts). Invariants: what is left is rounded down, never up; nothing is negative; a time that is not
// known is said so; at most two units.
import { DATES, number, once } from './locale';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NBSP = '\u00a0';

const unit = (count: number, name: string) => `${number(count)}${NBSP}${name}`;

/** The instant of an RFC 3339 text, or null when there is none (or the zero date). */
export function instant(text: string | null | undefined): number | null {
  if (!text) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) || at <= 0 ? null : at;
}

/** A length in one unit: `62 d`, `31 h`, `42 min`, `20 s`. */
export function span(ms: number): string {
  const length = Math.max(0, ms);
  if (length >= 2 * DAY) return unit(Math.floor(length / DAY), 'd');
  if (length >= HOUR) return unit(Math.floor(length / HOUR), 'h');
  if (length >= 2 * MINUTE) return unit(Math.floor(length / MINUTE), 'min');
  return unit(Math.floor(length / 1000), 's');
}

/** What is left until an end, or how long it is over. */
export function left(end: number | null, now: number): string {
  if (end === null) return 'not known';
  return end > now ? `${span(end - now)} left` : `expired ${span(now - end)} ago`;
}

/** How long ago; after two weeks the date. */
export function ago(at: number | null, now: number): string {
  if (at === null) return 'never';
  const past = now - at;
  if (past < 5_000) return 'just now';
  if (past > 14 * DAY) return date(at);
  return `${span(past)} ago`;
}

/** How long something took: `0.2 s`, `37 s`, `1 min 29 s`. */
export function took(ms: number): string {
  if (ms < 1000) return ms < 50 ? `${Math.round(ms)}${NBSP}ms` : `${(ms / 1000).toFixed(1)}${NBSP}s`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)}${NBSP}s`;
  if (ms < MINUTE) return unit(Math.round(ms / 1000), 's');
  const [big, small, per, names] =
    ms < HOUR
      ? [MINUTE, 1000, 60, ['min', 's']]
      : ms < DAY
        ? [HOUR, MINUTE, 60, ['h', 'min']]
        : [DAY, HOUR, 24, ['d', 'h']];
  const whole = Math.floor(ms / (big as number));
  const rest = Math.floor(ms / (small as number)) % (per as number);
  const [first, second] = names as [string, string];
  return rest === 0 ? unit(whole, first) : `${unit(whole, first)} ${unit(rest, second)}`;
}

const dates = new Map<string, Intl.DateTimeFormat>();
function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let made = dates.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat(DATES, options);
    dates.set(key, made);
  }
  return made;
}

/** `24 Nov 2026` */
export const date = (at: number, zone?: string) =>
  format({ day: 'numeric', month: 'short', year: 'numeric', timeZone: zone }).format(at);

/** `24 Nov` */
export const day = (at: number, zone?: string) => format({ day: 'numeric', month: 'short', timeZone: zone }).format(at);

/** `Nov 2026` */
export const month = (at: number, zone?: string) =>
  format({ month: 'short', year: 'numeric', timeZone: zone }).format(at);

/** `Tuesday, 24 November 2026` of a calendar date, which has no zone. */
export const longDay = (isoDate: string) =>
  format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    Date.parse(`${isoDate}T00:00:00Z`),
  );

/** `Nov` of a calendar date. */
export const monthName = (isoDate: string) =>
  format({ month: 'short', timeZone: 'UTC' }).format(Date.parse(`${isoDate}T00:00:00Z`));

/** `Mon 11 Jan` of a calendar date. */
export const shortDay = (isoDate: string) =>
  format({ weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })
    .format(Date.parse(`${isoDate}T00:00:00Z`))
    .replace(',', '');

/** `24 Nov 2026, 09:14:22 UTC` */
export const absolute = (at: number, zone?: string) =>
  format({
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone: zone,
    timeZoneName: 'short',
  }).format(at); // prettier-ignore

/** `Tue 24 Nov, 09:14 UTC` */
export const dayAndTime = (at: number, zone?: string) =>
  `${format({ weekday: 'short', day: 'numeric', month: 'short', timeZone: zone }).format(at).replace(',', '')}, ${format({ hour: '2-digit', minute: '2-digit', timeZone: zone, timeZoneName: 'short' }).format(at)}`;

/** `24 Nov 2026, 09:14` */
export const dateAndTime = (at: number, zone?: string) =>
  `${date(at, zone)}, ${format({ hour: '2-digit', minute: '2-digit', timeZone: zone }).format(at)}`;

/** A moment of a life: its date, or, of a life of hours or minutes, also its time. */
export const momentOf = (at: number, life: number, zone?: string) =>
  life >= 2 * DAY
    ? date(at, zone)
    : `${day(at, zone)}, ${format({ hour: '2-digit', minute: '2-digit', ...(life < HOUR ? { second: '2-digit' as const } : {}), timeZone: zone }).format(at)}`;

/** RFC 3339 times inside of the server's sentences, as people write them. */
export const readTimes = (text: string, zone?: string) =>
  text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) => {
    const at = instant(time);
    return at === null ? time : dateAndTime(at, zone);
  });

/** `09:14:22` */
export const clock = (at: number, zone?: string) =>
  format({ hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: zone }).format(at);

/** The zone of the reader. */
export const ownZone = once(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
