// Brings what lies over the page (the palette, shortcuts, signing in again) once the page has nothing else to do.
import { useSignedOut } from '@/api/session';
import { Idle } from '@/lib/idle';
import { paletteOpen } from '@/lib/palette-open';
import { shortcutsOpen } from './open';

const palette = () => import('./palette').then((module) => module.Palette);
const overlays = () => import('./overlays').then((module) => module.Overlays);

export function OverlayLoader() {
  const searching = paletteOpen.use();
  const shortcuts = shortcutsOpen.use();
  const out = useSignedOut();
  return (
    <>
      <Idle load={palette} now={searching} with={{}} />
      <Idle load={overlays} now={shortcuts || out} with={{}} />
    </>
  );
}
