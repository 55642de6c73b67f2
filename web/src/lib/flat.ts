// Facts by name as lines of a table: `seen.0.address`. Not for: comparing. Invariant: nothing is lost, not even what is empty.

export function flat(value: unknown, at = ''): [name: string, value: string][] {
  if (value === null || value === undefined) return at === '' ? [] : [[at, 'none']];
  if (typeof value !== 'object') return [[at, typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)]];
  const entries = Object.entries(value);
  if (entries.length === 0) return at === '' ? [] : [[at, 'empty']];
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object')) return [[at, value.join(', ')]];
  return entries.flatMap(([key, inner]) => flat(inner, at === '' ? key : `${at}.${key}`));
}
