// What was opened last from the search, in this browser. Not for: history. Invariant: at most MOST, each once, the newest first.
const KEY = 'certctl.recent';
const MOST = 5;

export interface Recent {
  title: string;
  to: string;
}

export const withRecent = (before: readonly Recent[], now: Recent): Recent[] =>
  [now, ...before.filter(({ to }) => to !== now.to)].slice(0, MOST);

export function recents(): Recent[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    if (!Array.isArray(kept)) return [];
    return kept.filter((it): it is Recent => typeof it?.title === 'string' && /^\/[^/]/.test(it?.to)).slice(0, MOST);
  } catch {
    return [];
  }
}

export function opened(it: Recent): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(withRecent(recents(), it)));
  } catch {
    // Without storage nothing is remembered.
  }
}
