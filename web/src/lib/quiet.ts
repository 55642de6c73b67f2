// How long something is to be out of sight. Not for: alerts (use-alert-actions.ts).
// Invariant: "tomorrow" is a morning of the reader's zone.

const HOUR = 3_600_000;
const MORNING = 8;

/** The morning of the day after. */
export function tomorrow(now: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1, MORNING).getTime();
}

export interface Quiet {
  label: string;
  /** When it is back by itself; nothing when that is as soon as it changes. */
  until: (now: number) => number | null;
}

export const quiets: readonly Quiet[] = [
  { label: 'For 1 hour', until: (now) => now + HOUR },
  { label: 'For 4 hours', until: (now) => now + 4 * HOUR },
  { label: `Until tomorrow, 0${MORNING}:00`, until: tomorrow },
  { label: 'Until it changes', until: () => null },
];
