// The query string of every page: one parser, one serialiser. A search is a flat record of texts.
// Not for: what a key means on a page (list-grammar.ts). Invariant: parse(stringify(x)) equals x, and equal searches
// give equal strings whatever order they were made in; keys that nobody knows are kept.

export type Search = Readonly<Record<string, string>>;

/** Known keys stand first and in this order; the rest follow by name. */
const ORDER = [
  'q',
  'status',
  'environment',
  'issuer',
  'owner',
  'team',
  'live',
  'expires',
  'renews',
  'life',
  'lifetime',
  'created',
  'updated',
  'profile',
  'policy',
  'agent',
  'target',
  'tag',
  'key',
  'archived',
  'state',
  'kind',
  'sort',
  'cols',
  'density',
  'view',
  'tab',
  'step',
  'range',
  'scope',
  'peek',
]; // prettier-ignore

const place = (key: string) => {
  const at = ORDER.indexOf(key);
  return at < 0 ? ORDER.length : at;
};

export function parseSearch(text: string): Search {
  const search: Record<string, string> = {};
  for (const [key, value] of new URLSearchParams(text.startsWith('?') ? text.slice(1) : text)) {
    if (value !== '' && !Object.hasOwn(search, key) && key !== '__proto__') search[key] = value;
  }
  return search;
}

/** What may stand unescaped in a query: the grammar's own signs stay readable. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/%(2C|3A|2F|40|24)/g, (escaped) => decodeURIComponent(escaped));

export function stringifySearch(search: Record<string, unknown>): string {
  const keys = Object.keys(search).filter((key) => typeof search[key] === 'string' && search[key] !== '');
  keys.sort((a, b) => place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0));
  if (keys.length === 0) return '';
  return `?${keys.map((key) => `${encode(key)}=${encode(search[key] as string)}`).join('&')}`;
}
