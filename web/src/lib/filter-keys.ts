// The filters of a list by keyboard: F goes to the first, the arrows and the first letter of a name to the others.
// Not for: what is chosen in one (that is its popup's). Invariant: a letter that begins no filter's name stays a key of the page.
import type { KeyboardEvent } from 'react';

const all = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('main [data-filter]')];

/** To the first filter of the page; false when it has none. */
export function toFilters(): boolean {
  const first = all()[0];
  first?.focus();
  return first !== undefined;
}

/** A key on one filter's button: whether it led to another. */
export function amongFilters(event: KeyboardEvent<HTMLElement>): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const filters = all();
  const here = filters.indexOf(event.currentTarget);
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  const after = [...filters.slice(here + 1), ...filters.slice(0, here + 1)];
  const next =
    step === 0
      ? event.key.length === 1
        ? after.find((filter) => filter.dataset.filter?.toLowerCase().startsWith(event.key.toLowerCase()))
        : undefined
      : filters[(here + step + filters.length) % filters.length];
  if (next === undefined) return false;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
  return true;
}
