// Loads the palette when the page has nothing else to do, and keeps it: opening must not wait for code.
// Not through `lazy`: the fallback throttle of Suspense would delay the first opening by half a second.
import { type ComponentType, useEffect, useState } from 'react';
import { paletteOpen } from './palette-signal';

const idle = (run: () => void) => {
  if ('requestIdleCallback' in window) window.requestIdleCallback(run, { timeout: 2000 });
  else setTimeout(run, 300);
};

export function PaletteLoader() {
  const [Palette, setPalette] = useState<ComponentType | null>(null);
  const open = paletteOpen.use();
  useEffect(() => {
    const load = () => void import('./palette').then((module) => setPalette(() => module.Palette));
    if (open) load();
    else idle(load);
  }, [open]);
  return Palette === null ? null : <Palette />;
}
