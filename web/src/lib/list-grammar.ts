// What the keys of a list's URL mean: which parameter of the API each one is, and which values it may have.
// Not for: reading the query string (search.ts). Invariant: `toSearch(toQuery(search))` keeps every valid filter;
// an invalid value is dropped and named, never sent.
import { parseTerms } from './filter-value';
import type { Search } from './search';

export interface Field {
  /** The parameter of the API, when it is called differently from the URL's key. */
  api?: string;
  label: string;
  /** `set`: terms with commas; `range`: two ends; `text`: as it is; `flag`: `true` only. */
  kind: 'set' | 'range' | 'text' | 'flag';
  /** The tokens that there are; absent when they are data (ids, environments). */
  tokens?: readonly string[];
  /** What a text has to look like. */
  pattern?: RegExp;
}

export interface Grammar {
  fields: Readonly<Record<string, Field>>;
  sorts: readonly string[];
  /** The order when the URL has none. */
  sort: string;
}

export interface Reading {
  /** Parameters for the API. */
  query: Record<string, string>;
  /** What was dropped, as it was written: `status=foo`. */
  ignored: string[];
}

const RANGE = /^([^.\s][^\s]*?)?\.\.([^\s]*)$/;

function valid(field: Field, text: string): boolean {
  switch (field.kind) {
    case 'flag':
      return text === 'true';
    case 'range':
      return text !== '..' && RANGE.test(text);
    case 'set': {
      const terms = parseTerms(text);
      return (
        terms.length > 0 &&
        terms.every(({ value }) => field.tokens === undefined || (value !== null && field.tokens.includes(value)))
      );
    }
    default:
      return field.pattern?.test(text) ?? true;
  }
}

export function toQuery(grammar: Grammar, search: Search): Reading {
  const query: Record<string, string> = {};
  const ignored: string[] = [];
  for (const [key, field] of Object.entries(grammar.fields)) {
    const text = search[key];
    if (text === undefined) continue;
    if (valid(field, text)) query[field.api ?? key] = text;
    else ignored.push(`${key}=${text}`);
  }
  const sort = search.sort;
  if (sort !== undefined && !grammar.sorts.includes(sort.replace(/^-/, ''))) ignored.push(`sort=${sort}`);
  query.sort = sort !== undefined && grammar.sorts.includes(sort.replace(/^-/, '')) ? sort : grammar.sort;
  return { query, ignored };
}

/** The way back: parameters of the API (of a need, a count, a saved view) as keys of the URL. */
export function toSearch(grammar: Grammar, query: Readonly<Record<string, string>>): Search {
  const search: Record<string, string> = {};
  for (const [api, text] of Object.entries(query)) {
    if (api === 'sort') {
      if (text !== grammar.sort) search.sort = text;
      continue;
    }
    const key = Object.keys(grammar.fields).find((name) => (grammar.fields[name]?.api ?? name) === api);
    search[key ?? api] = text;
  }
  return search;
}

/** The filters of a search alone, without order, columns and what is open. */
export function filtersOf(grammar: Grammar, search: Search): Search {
  return Object.fromEntries(Object.entries(search).filter(([key]) => key in grammar.fields));
}
