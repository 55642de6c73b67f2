import { expect, it } from 'vitest';
import type { Ca } from '@/lib/ca-words';
import { replaceBody, replaceSchema, replaceValues } from './replace-form';

const ca = {
  role: 'issuing',
  key_algorithm: 'ecdsa-p256',
  not_before: '2026-11-30T00:00:00Z',
  not_after: '2027-11-30T00:00:00Z',
  path_length: 0,
  permitted_names: ['a.test'],
  excluded_names: [],
} as unknown as Ca;
const schema = {
  properties: {
    common_name: { type: 'string' },
    key_algorithm: { enum: ['ecdsa-p256', 'ecdsa-p384'], default: 'ecdsa-p256', 'x-advanced': true },
    lifetime_days: { type: 'integer', default: 1825 },
    permitted_names: { type: 'array', items: { type: 'string' } },
  },
};

it('asks for what can be another, and shows how it is', () => {
  const { properties } = replaceSchema(schema, ca);
  expect(Object.keys(properties ?? {})).toEqual(['key_algorithm', 'lifetime_days', 'permitted_names']);
  expect(properties?.lifetime_days?.default).toBe(365);
  expect(Object.keys(replaceSchema(schema, { ...ca, role: 'root' }).properties ?? {})).toEqual([
    'key_algorithm',
    'lifetime_days',
  ]);
});

it('sends only what differs, and a limit that is lifted as none', () => {
  const values = replaceValues(ca);
  expect(replaceBody(ca, values)).toEqual({});
  expect(replaceBody(ca, { ...values, key_algorithm: 'ecdsa-p384' })).toEqual({ key_algorithm: 'ecdsa-p384' });
  expect(replaceBody(ca, { ...values, permitted_names: [] })).toEqual({ permitted_names: [] });
  expect(replaceBody(ca, { ...values, permitted_names: ['a.test', 'b.test'] })).toEqual({
    permitted_names: ['a.test', 'b.test'],
  });
});
