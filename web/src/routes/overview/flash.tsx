// A number that flashes once when it changes, as cells of lists do. Not for: its first value, which is no news.
import { type ReactNode, useState } from 'react';

export function Flash({ of, children }: { of: string; children: ReactNode }) {
  const [seen, setSeen] = useState({ of, changed: false });
  if (seen.of !== of) setSeen({ of, changed: true });
  // Another element for another value: the animation begins anew.
  return (
    <span className={seen.changed ? 'flash rounded-chip' : undefined} key={of}>
      {children}
    </span>
  );
}
