import { expect, it } from 'vitest';
import { type Ca, caName, limitsOf, treeOf } from './ca-words';

const ca = (over: Partial<Ca>) =>
  ({
    id: 'ca-1',
    role: 'issuing',
    state: 'active',
    generation: 1,
    created_at: '2026-11-30T00:00:00Z',
    permitted_names: [],
    excluded_names: [],
    ...over,
  }) as Ca;

it('calls an authority by its common name', () => {
  expect(caName({ subject: 'CN=Local CA, O=Example' })).toBe('Local CA');
  expect(caName({ subject: 'O=Example, CN=A\\, B' })).toBe('A, B');
  expect(caName({ subject: 'O=Example' })).toBe('O=Example');
});

it('says its limits', () => {
  expect(limitsOf(ca({}))).toBeNull();
  expect(limitsOf(ca({ permitted_names: ['a.test', '10.0.0.0/8'], excluded_names: ['b.a.test'] }))).toBe(
    'only a.test and 10.0.0.0/8, never b.a.test',
  );
});

it('grows from the roots, what signs first, and loses nobody', () => {
  const tree = treeOf([
    ca({ id: 'ca-old', role: 'root', state: 'draining' }),
    ca({ id: 'ca-new', role: 'root' }),
    ca({ id: 'ca-a1', issuer_id: 'iss-a', parent_id: 'ca-old', state: 'draining' }),
    ca({ id: 'ca-b2', issuer_id: 'iss-b', parent_id: 'ca-new', generation: 2 }),
    ca({ id: 'ca-a3', issuer_id: 'iss-a', parent_id: 'ca-new', generation: 3 }),
    ca({ id: 'ca-a2', issuer_id: 'iss-a', parent_id: 'ca-new', generation: 2, state: 'draining' }),
    ca({ id: 'ca-x', issuer_id: 'iss-x', parent_id: 'ca-gone' }),
  ]);
  expect(tree.map(({ root, below }) => [root?.id ?? null, ...below.map(({ id }) => id)])).toEqual([
    ['ca-new', 'ca-a3', 'ca-a2', 'ca-b2'],
    ['ca-old', 'ca-a1'],
    [null, 'ca-x'],
  ]);
});
