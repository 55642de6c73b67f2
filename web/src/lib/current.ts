// A console that stays open while its server is renewed: a part of it that is no longer there is fetched with the new page.
// Not for: data, which events keep fresh. Invariant: a page is loaded anew once for a missing part, never in a circle.
const WHEN = 'certctl.loaded-anew';
const AT_MOST_EVERY = 60_000;

/** Whether it may be loaded anew now, given when that was done last. */
export const mayLoadAnew = (last: string | null, now: number): boolean => !(now - Number(last ?? 0) < AT_MOST_EVERY);

export function stayCurrent(): void {
  globalThis.addEventListener('vite:preloadError', (event) => {
    const now = Date.now();
    try {
      if (!mayLoadAnew(sessionStorage.getItem(WHEN), now)) return;
      sessionStorage.setItem(WHEN, String(now));
    } catch {
      // Without storage nothing could stop a circle.
      return;
    }
    event.preventDefault();
    globalThis.location.reload();
  });
}
