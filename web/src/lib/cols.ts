// The URL's `cols`: which columns, in which order, and those widths that are not the usual ones: `name:240,status,expires`.
// Not for: what a column shows. Invariants: what is not known is left out; a width is kept between what can be read and what fits.

export interface Col {
  key: string;
  width: number | null;
}

export const NARROWEST = 56;
export const WIDEST = 900;
/** By how much a key or a button changes a width. */
export const STEP = 16;

export const within = (width: number) => Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));

/** The columns that a text names, each once. */
export function readCols(text: string | undefined): Col[] {
  const found = new Map<string, Col>();
  for (const part of (text ?? '').split(',')) {
    const [key = '', width] = part.split(':');
    if (key === '' || found.has(key)) continue;
    found.set(key, { key, width: width !== undefined && /^[1-9]\d{1,3}$/.test(width) ? within(Number(width)) : null });
  }
  return [...found.values()];
}

export const writeCol = ({ key, width }: Col) => (width === null ? key : `${key}:${width}`);
export const writeCols = (cols: readonly Col[]) => cols.map(writeCol).join(',');

/** The same columns with another width of one; null is the usual one. */
export const withWidth = (cols: readonly Col[], key: string, width: number | null): Col[] =>
  cols.map((col) => (col.key === key ? { key, width: width === null ? null : within(width) } : col));

/** Other columns, each with the width that it had. */
export const withKeys = (cols: readonly Col[], keys: readonly string[]): Col[] =>
  keys.map((key) => cols.find((col) => col.key === key) ?? { key, width: null });

/** Whether these are the usual columns as they usually are, which no address has to name. */
export const areUsual = (cols: readonly Col[], usual: readonly string[]) => writeCols(cols) === usual.join();
