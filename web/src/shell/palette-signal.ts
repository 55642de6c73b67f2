// Whether the palette is open: on its own, so that the shell does not carry the palette's code.
import { signal } from '@/lib/signal';

export const paletteOpen = signal(false);
export const openPalette = () => paletteOpen.set(true);
