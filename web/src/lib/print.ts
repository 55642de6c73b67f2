// Whether the page is being printed: paper is light, and a long list is laid out as rows that flow over pages.
// Not for: what is left out on paper (data-print="no"). Invariant: what is on the screen is as it was when printing has ended.
import { flushSync } from 'react-dom';
import { signal } from './signal';

const printing = signal(false);

export const usePrinting = printing.use;

/** Once, for the whole life of the page. */
export function startPrinting(): void {
  const root = document.documentElement;
  let theme: string | undefined;
  window.addEventListener('beforeprint', () => {
    if (printing.get()) return;
    theme = root.dataset.theme;
    root.dataset.theme = 'light';
    // What is printed is what is there when this returns.
    flushSync(() => printing.set(true));
  });
  window.addEventListener('afterprint', () => {
    if (!printing.get()) return;
    root.dataset.theme = theme;
    printing.set(false);
  });
}
