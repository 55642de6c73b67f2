import { expect, test } from 'vitest';
import { changesOf } from './changes';

test('only what differs, with nested fields one by one', () => {
  expect(
    changesOf({
      name: 'New',
      limits: { max: 3, names: ['a'] },
      environment: null,
      before: { name: 'Old', limits: { max: 2, names: ['a'] }, environment: 'lab' },
    }),
  ).toEqual([
    { field: 'name', before: 'Old', after: 'New' },
    { field: 'limits.max', before: '2', after: '3' },
    { field: 'environment', before: 'lab', after: 'none' },
  ]);
});

test('an event that tells nothing of before has no changes', () => {
  expect(changesOf({ name: 'New' })).toEqual([]);
  expect(changesOf({ before: 'late', health: 'offline' })).toEqual([]);
  expect(changesOf(null)).toEqual([]);
});
