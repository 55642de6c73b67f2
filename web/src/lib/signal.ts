// A value outside of React that components follow: a dialog that anything may open. Not for: server data.
import { useSyncExternalStore } from 'react';

export interface Signal<T> {
  get: () => T;
  set: (value: T) => void;
  use: () => T;
}

export function signal<T>(initial: T): Signal<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const get = () => value;
  return {
    get,
    set: (next) => {
      if (Object.is(value, next)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    use: () => useSyncExternalStore(subscribe, get),
  };
}
