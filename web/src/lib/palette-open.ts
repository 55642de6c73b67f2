// Whether the command palette is open: what offers a search opens it. Not for: the palette (shell/palette.tsx).
import { signal } from './signal';

export const paletteOpen = signal(false);
export const openPalette = () => paletteOpen.set(true);
