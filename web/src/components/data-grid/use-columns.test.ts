// @vitest-environment node
import { expect, it } from 'vitest';
import { columnsIn } from './use-columns';

const all = ['name', 'state', 'when'].map((key) => ({ key }));
const keys = (cols: string | undefined) => columnsIn(all, cols).map(({ key }) => key);

it('shows what the address names, in its order, and all when it names none that is known', () => {
  expect(keys('when,name')).toEqual(['when', 'name']);
  expect(keys('when,moon,when')).toEqual(['when']);
  expect(keys('moon')).toEqual(['name', 'state', 'when']);
  expect(keys(undefined)).toEqual(['name', 'state', 'when']);
});
