// What is open over the page: on its own, so that the shell does not carry the code of what it opens.
import { signal } from '@/lib/signal';

export const shortcutsOpen = signal(false);
export const openShortcuts = () => shortcutsOpen.set(true);

/** The navigation of a narrow screen. */
export const navOpen = signal(false);
