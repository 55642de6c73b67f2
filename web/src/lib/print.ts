// Whether the page is being printed: paper is light, and a long list is laid out as rows that flow over pages.
// Not for: what is left out on paper (data-print="no"). Invariant: what is on the screen is as it was when printing has ended.
import { flushSync } from 'react-dom';
import { signal } from './signal';

const printing = signal(false);
/** What has to be here before it is printed: rows that nobody scrolled to. */
const wanted = new Set<() => Promise<unknown>>();
/** Paper does not wait longer for what is missing: it says what it has. */
const PATIENCE = 8000;

/** Calls `fetch` before something is printed by its keys; returns how to stop. The browser's own menu cannot be waited for. */
export function beforePrinting(fetch: () => Promise<unknown>): () => void {
  wanted.add(fetch);
  return () => wanted.delete(fetch);
}

async function printWhole(): Promise<void> {
  const all = Promise.allSettled([...wanted].map((fetch) => fetch()));
  await Promise.race([all, new Promise((done) => setTimeout(done, PATIENCE))]);
  window.print();
}

export const usePrinting = printing.use;

/** Once, for the whole life of the page. */
export function startPrinting(): void {
  const root = document.documentElement;
  let theme: string | undefined;
  window.addEventListener('keydown', (event) => {
    const isPrint = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key === 'p';
    if (!isPrint || wanted.size === 0) return;
    event.preventDefault();
    void printWhole();
  });
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
