// Whether the page has been painted once: what is not seen at first is drawn after that, so that what is seen is there sooner.
// Not for: what waits for data. Invariant: once true, it stays so for every component.
import { useEffect, useState } from 'react';

let painted = false;

export function usePainted(): boolean {
  const [is, setIs] = useState(painted);
  useEffect(() => {
    if (is) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // A frame is painted after its callbacks: what is timed in one runs behind the paint.
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => {
        painted = true;
        setIs(true);
      });
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [is]);
  return is;
}
