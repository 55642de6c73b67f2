// The one clock of the page: corrected by the server's, ticking once a second for whoever shows a relative time.
// Not for: formatting (time.ts). Invariant: one timer for the page, stopped while nobody looks.
import { useSyncExternalStore } from 'react';

let skew = 0;
let current = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** The server's clock as it answered; differences under two seconds are the way there. */
export function learnServerTime(text: string): void {
  const difference = Date.parse(text) - Date.now();
  skew = Math.abs(difference) > 2000 ? difference : 0;
}

export const clockSkew = () => skew;

/** From here on somebody should set the clock of this computer. */
const WORTH_SAYING = 60_000;

/** How far the server's clock is ahead of this computer's, in ms, when that is worth saying; else 0. */
export const skewWorthSaying = (): number => (Math.abs(skew) >= WORTH_SAYING ? skew : 0);
export const useSkewWorthSaying = (): number => useSyncExternalStore(subscribe, skewWorthSaying);
export const now = () => Date.now() + skew;

function tick() {
  if (document.hidden) return;
  current = now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    current = now();
    timer = setInterval(tick, 1000);
    document.addEventListener('visibilitychange', tick);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
      document.removeEventListener('visibilitychange', tick);
    }
  };
}

/** Now, rounded down to `step`: a component renders again only when that changes. */
export function useNow(step = 1000): number {
  return useSyncExternalStore(subscribe, () => Math.floor((timer === undefined ? now() : current) / step) * step);
}

/** What `text(now)` says; renders again only when it says something else. */
export function useTicking(text: (now: number) => string): string {
  return useSyncExternalStore(subscribe, () => text(timer === undefined ? Math.floor(now() / 1000) * 1000 : current));
}
