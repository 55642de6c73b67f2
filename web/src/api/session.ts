// Whether the reader is signed in, as far as the page has noticed. Not for: who it is (`useCaller`).
// Invariant: a page is never thrown away because a session ended; the dialog comes over it.
import { useSyncExternalStore } from 'react';

let out = false;
const listeners = new Set<() => void>();

function set(next: boolean) {
  if (out === next) return;
  out = next;
  for (const listener of listeners) listener();
}

export const signedOut = () => set(true);
export const signedIn = () => set(false);
export const isSignedOut = () => out;

/** Until the reader is signed in again; fails when what waits is given up. */
export function untilSignedIn(stop: AbortSignal): Promise<void> {
  return new Promise((go, end) => {
    const leave = () => {
      listeners.delete(heard);
      stop.removeEventListener('abort', aborted);
    };
    const heard = () => {
      if (out) return;
      leave();
      go();
    };
    const aborted = () => {
      leave();
      end(stop.reason);
    };
    if (stop.aborted) return end(stop.reason);
    listeners.add(heard);
    stop.addEventListener('abort', aborted, { once: true });
  });
}

export const useSignedOut = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => out,
  );
