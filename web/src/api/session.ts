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

export const useSignedOut = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => out,
  );
