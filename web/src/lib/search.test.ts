// @vitest-environment node
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTerms, type Term, writeTerms } from './filter-value';
import { type Grammar, toQuery, toSearch } from './list-grammar';
import { parseSearch, stringifySearch } from './search';

const key = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text !== '__proto__' && text.isWellFormed());
const value = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.isWellFormed());

describe('the query string', () => {
  it('comes back as it was written, whatever it holds', () => {
    fc.assert(
      fc.property(fc.dictionary(key, value), (search) => {
        expect(parseSearch(stringifySearch(search))).toEqual({ ...search });
      }),
    );
  });

  it('does not depend on the order in which its keys were set', () => {
    fc.assert(
      fc.property(fc.dictionary(key, value), (search) => {
        const turned = Object.fromEntries(Object.entries(search).toReversed());
        expect(stringifySearch(turned)).toBe(stringifySearch(search));
      }),
    );
  });

  it('keeps the signs of the grammar readable', () => {
    expect(stringifySearch({ sort: '-expires', status: 'due,failing', expires: '..7d', q: 'a b' })).toBe(
      '?q=a%20b&status=due,failing&expires=..7d&sort=-expires',
    );
  });
});

describe('the terms of a filter', () => {
  it('come back as they were written', () => {
    const term: fc.Arbitrary<Term> = fc.record({ value: fc.oneof(fc.constant(null), value), not: fc.boolean() });
    fc.assert(
      fc.property(fc.array(term), (terms) => {
        expect(parseTerms(writeTerms(terms))).toEqual(terms);
      }),
    );
  });
});

describe('the grammar of a list', () => {
  const grammar: Grammar = {
    fields: {
      status: { label: 'Status', kind: 'set', api: 'condition', tokens: ['due', 'failing'] },
      owner: { label: 'Owner', kind: 'set', api: 'owner_id' },
      expires: { label: 'Expires', kind: 'range' },
    },
    sorts: ['name', 'expires'],
    sort: 'expires',
  };

  it('hands on what is valid, and names what it drops', () => {
    expect(
      toQuery(grammar, { status: 'due,foo', owner: '-none', expires: '..7d', sort: 'colour', other: 'x' }),
    ).toEqual({
      query: { owner_id: '-none', expires: '..7d', sort: 'expires' },
      ignored: ['status=due,foo', 'sort=colour'],
    });
  });

  it('turns a filter of the API into the same search', () => {
    const search = { status: 'due', owner: 'o-1', sort: '-name' };
    expect(toSearch(grammar, toQuery(grammar, search).query)).toEqual(search);
  });
});
