import { describe, expect, it } from 'vitest';
import { faultsOf, fieldsOf, groupsOf, type Schema, tidied } from './json-schema';

const schema: Schema = {
  type: 'object',
  required: ['certificate_path'],
  properties: {
    owner: { type: 'string', maxLength: 4 },
    certificate_path: { type: 'string', pattern: '^/', description: 'File' },
    timeout: { type: 'integer', minimum: 1, maximum: 300, default: 15 },
    probe: {
      type: 'array',
      maxItems: 2,
      items: { type: 'object', required: ['address'], properties: { address: { type: 'string' } } },
    },
  },
};

describe('a form by its schema', () => {
  it('has what is needed first, then lists, then the rest', () => {
    expect(fieldsOf(schema).map((field) => [field.key, field.first])).toEqual([
      ['certificate_path', true],
      ['probe', true],
      ['owner', false],
      ['timeout', false],
    ]);
    expect(fieldsOf(schema)[0]?.label).toBe('Certificate path');
  });

  it('keeps the order and groups that the schema gives', () => {
    const groups = groupsOf({
      properties: {
        b: { type: 'string', 'x-group': 'TLS', 'x-order': 2 },
        a: { type: 'string', 'x-group': 'Server', 'x-order': 1, title: 'Host' },
      },
    });
    expect(groups.map((group) => [group.name, group.fields[0]?.label])).toEqual([
      ['Server', 'Host'],
      ['TLS', 'B'],
    ]);
  });

  it('puts what is rarely set at the end, but never what is needed', () => {
    const fields = fieldsOf({
      required: ['a'],
      properties: {
        a: { type: 'string', 'x-advanced': true, 'x-order': 1 },
        b: { type: 'string', 'x-advanced': true, 'x-order': 2 },
        c: { type: 'string', 'x-advanced': false, 'x-order': 3 },
      },
    });
    expect(fields.map(({ key, first, rare }) => [key, first, rare])).toEqual([
      ['a', true, false],
      ['b', true, true],
      ['c', true, false],
    ]);
  });

  it('wants a yes where only that will do', () => {
    const terms: Schema = { required: ['terms'], properties: { terms: { type: 'boolean', const: true } } };
    for (const values of [{}, { terms: false }])
      expect(faultsOf(terms, values)).toEqual({ '/terms': 'Tick it to go on.' });
    expect(faultsOf(terms, { terms: true })).toEqual({});
  });

  it('names each fault by its pointer', () => {
    expect(faultsOf(schema, {})).toEqual({ '/certificate_path': 'Certificate path is needed.' });
    expect(
      Object.keys(
        faultsOf(schema, { certificate_path: 'x', owner: 'nobody', timeout: 0, probe: [{}, { address: 'a:1' }] }),
      ),
    ).toEqual(['/certificate_path', '/probe/0/address', '/owner', '/timeout']);
    expect(faultsOf(schema, { certificate_path: '/x', timeout: 15, probe: [] })).toEqual({});
  });

  it('sends nothing that was not given', () => {
    expect(
      tidied({ certificate_path: '/x', owner: '', timeout: undefined, probe: [{ address: '' }], flag: false }),
    ).toEqual({
      certificate_path: '/x',
      flag: false,
    });
  });
});
