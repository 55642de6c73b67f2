// The order of a few things that a person sorts. Not for: sorting rows (the server's).

/** With one moved to another place; places beyond the ends are the ends. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  const taken = next.splice(from, 1);
  next.splice(Math.min(next.length, Math.max(0, to)), 0, ...taken);
  return next;
}
