// Parts of the week in words and as a form has them. Not for: whether one is open now (the server says).
import type { Schemas } from '@/api/types';
import { ownZone } from './time';
import { and } from './words';

export type WeekWindow = Schemas['WeekWindow'];
export type Weekday = Schemas['Weekday'];

export const weekdays: readonly { value: Weekday; label: string }[] = [
  { value: 'monday', label: 'Mon' },
  { value: 'tuesday', label: 'Tue' },
  { value: 'wednesday', label: 'Wed' },
  { value: 'thursday', label: 'Thu' },
  { value: 'friday', label: 'Fri' },
  { value: 'saturday', label: 'Sat' },
  { value: 'sunday', label: 'Sun' },
];

export const daysWords = (days: readonly Weekday[] | undefined) =>
  days === undefined || days.length === 0 || days.length === 7
    ? 'every day'
    : and(weekdays.filter((day) => days.includes(day.value)).map((day) => day.label));

export const windowText = (window: WeekWindow) =>
  `${daysWords(window.days)} ${window.from} to ${window.to} (${window.time_zone})`;

/** A night in the reader's zone, to begin with. */
export const night = (): WeekWindow => ({ days: [], from: '22:00', to: '06:00', time_zone: zone() });

function zone(): string {
  const own = ownZone();
  return own === '' || own === 'Etc/UTC' ? 'UTC' : own;
}

let zones: readonly string[] | undefined;
export function timeZones(): readonly string[] {
  zones ??= ['UTC', ...Intl.supportedValuesOf('timeZone').filter((each) => each !== 'UTC')];
  return zones;
}
