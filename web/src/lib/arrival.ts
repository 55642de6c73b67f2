// Where the focus is after a change of page: on the page, unless somebody is further already.
// Not for: what a page focuses by itself. Invariant: what is open over the page keeps the focus that it has.

/** Whether the page takes the focus from where it is. */
export function takesFocus(page: Element | null, at: Element | null): boolean {
  if (at === null || at === document.body) return true;
  return !(page?.contains(at) ?? false) && at.closest('[data-open]') === null;
}
