// A part of the page that is loaded when there is nothing else to do (or at once, when it is wanted), and kept: what it shows
// must not wait for code. Not through `lazy`: the fallback throttle of Suspense would delay it by half a second.
import { type ComponentType, createElement, type ReactNode, useEffect, useState } from 'react';

interface Props<P extends object> {
  /** An import: the same module each time. */
  load: () => Promise<ComponentType<P>>;
  /** Whether it is wanted already. */
  now: boolean;
  /** Its properties. */
  with: P;
  /** What stands in until it is here. */
  children?: ReactNode;
}

export function Idle<P extends object>({ load, now, with: props, children }: Props<P>) {
  const [Loaded, setLoaded] = useState<ComponentType<P> | null>(null);
  useEffect(() => {
    let wanted = true;
    const start = () => void load().then((component) => wanted && setLoaded(() => component));
    if (now) start();
    const idle = 'requestIdleCallback' in window;
    const id = now
      ? undefined
      : idle
        ? window.requestIdleCallback(start, { timeout: 2000 })
        : window.setTimeout(start, 300);
    return () => {
      wanted = false;
      if (id === undefined) return;
      if (idle) window.cancelIdleCallback(id);
      else window.clearTimeout(id);
    };
    // oxlint-disable-next-line react/exhaustive-deps
  }, [now]);
  return Loaded === null ? children : createElement(Loaded, props);
}
