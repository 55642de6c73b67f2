// Theme and density, and with which view a list opens: of this browser, set before the first paint by /theme.js. Not for: what belongs to a person on every
// machine (the server's preferences).
import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'dark' | 'light';
export type DensityName = 'comfortable' | 'compact';

const listeners = new Set<() => void>();
const told = () => {
  for (const listener of listeners) listener();
};
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string | null) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

const light = () => typeof matchMedia === 'function' && matchMedia('(prefers-color-scheme: light)').matches;

export function setTheme(theme: Theme): void {
  keep('certctl.theme', theme === 'system' ? null : theme);
  document.documentElement.dataset.theme = theme === 'system' ? (light() ? 'light' : 'dark') : theme;
  told();
}

export function toggleTheme(): void {
  setTheme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
}

export function setDensity(density: DensityName): void {
  keep('certctl.density', density);
  document.documentElement.dataset.density = density;
  told();
}

const theme = (): Theme => {
  const value = kept('certctl.theme');
  return value === 'dark' || value === 'light' ? value : 'system';
};
const density = (): DensityName => (document.documentElement.dataset.density === 'compact' ? 'compact' : 'comfortable');

export const useTheme = () => useSyncExternalStore(subscribe, theme);
export const useDensity = () => useSyncExternalStore(subscribe, density);

const LETTERS = 'certctl.letter-keys';
export const letterKeysOn = () => kept(LETTERS) !== 'off';
export function setLetterKeys(on: boolean) {
  keep(LETTERS, on ? null : 'off');
  told();
}
export const useLetterKeys = () => useSyncExternalStore(subscribe, letterKeysOn);

const START = 'certctl.start.certificates';
let start: { text: string | null; search: Readonly<Record<string, string>> | null } = { text: null, search: null };

/** What the list of certificates opens with when its address says nothing; null: with all. */
export function startView(): Readonly<Record<string, string>> | null {
  const text = kept(START);
  if (text !== start.text) start = { text, search: readStart(text) };
  return start.search;
}

function readStart(text: string | null): Readonly<Record<string, string>> | null {
  try {
    const read: unknown = JSON.parse(text ?? 'null');
    if (typeof read !== 'object' || read === null || Object.keys(read).length === 0) return null;
    return Object.values(read).every((value) => typeof value === 'string') ? (read as Record<string, string>) : null;
  } catch {
    return null;
  }
}

export function setStartView(search: Readonly<Record<string, string>> | null): void {
  keep(START, search === null ? null : JSON.stringify(search));
  told();
}

export const useStartView = () => useSyncExternalStore(subscribe, startView);
