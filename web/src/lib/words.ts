// Numbers, plurals and lists in words. Not for: times (time.ts) and status words (tokens.ts).
import { isOne, LANGUAGE, number, once } from './locale';

export { number };

const list = once(() => new Intl.ListFormat(LANGUAGE, { type: 'conjunction' }));

/** `1 certificate`, `1,284 certificates` */
export const count = (value: number, one: string, other = `${one}s`) =>
  `${number(value)}\u00a0${isOne(value) ? one : other}`;

/** A whole sentence for each form of a number, which stands where the `#` is: `# certificates expire`. */
export const plural = (value: number, forms: { one: string; other: string }) =>
  forms[isOne(value) ? 'one' : 'other'].replace(/#( ?)/, (_, space: string) =>
    space === '' ? number(value) : `${number(value)}\u00a0`,
  );

/** `a, b and c` */
export const and = (words: readonly string[]) => list().format(words).replace(', and ', ' and ');

/** `96.8%`, without a false 100%. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return 'none';
  const share = (part / whole) * 100;
  const floored = Math.floor(share * 10) / 10;
  return `${floored === 100 ? '100' : floored.toFixed(1)}%`;
}

/** A text with its SHA-256 fingerprints cut to what tells them apart. */
export const shortPrints = (text: string) => text.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1…');
