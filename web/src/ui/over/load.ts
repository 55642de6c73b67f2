// Brings what floats over a page: when the page has nothing else to do, or at the first wish for it.
// Not for: what it looks like. Invariant: it is loaded once; a load that failed can be tried again, and is said.
import { useEffect } from 'react';
import { complain } from '@/ui/toast';

type Over = typeof import('./all');

let over: Over | undefined;
let loading: Promise<Over> | undefined;

export const loaded = () => over;

export function loadOver(): Promise<Over> {
  loading ??= import('./all').then(
    (module) => {
      over = module;
      return module;
    },
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/** Calls back once it is here. */
export function withOver(then: () => void): void {
  loadOver().then(then, (error: unknown) => complain('A part of the page did not load', error));
}

let planned = false;

/** For components that will want it: loads it when there is nothing else to do. */
export function useOverSoon(): void {
  useEffect(() => {
    if (planned) return;
    planned = true;
    const load = () => void loadOver().catch(() => undefined);
    if ('requestIdleCallback' in window) window.requestIdleCallback(load, { timeout: 2000 });
    else setTimeout(load, 300);
  }, []);
}

/** The keys that open a menu or a list from its button, beside those that click. */
export const opens = (event: React.KeyboardEvent) =>
  (event.key === 'ArrowDown' || event.key === 'ArrowUp') &&
  event.currentTarget.getAttribute('aria-disabled') !== 'true';
