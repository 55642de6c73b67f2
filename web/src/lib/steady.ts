// The order of a list that somebody is using: it stays as it is until they are done. Not for: which rows there are.
// Invariants: what is new comes last, what is gone is gone; nobody's rows change places under the pointer or under the focus.

/** Remembers the order in which it gave a list last. `same` keeps of a row what decides its place. */
export function steadied<T extends { id: string }>(
  isInUse: () => boolean,
  same: (before: T, now: T) => T = (_, now) => now,
): (next: readonly T[]) => T[] {
  let last: readonly T[] = [];
  return (next) => {
    if (!isInUse()) {
      last = next;
      return [...next];
    }
    const left = new Map(next.map((row) => [row.id, row]));
    const kept: T[] = [];
    for (const before of last) {
      const row = left.get(before.id);
      if (row !== undefined) kept.push(same(before, row));
      left.delete(before.id);
    }
    last = [...kept, ...left.values()];
    return [...last];
  };
}
