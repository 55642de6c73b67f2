import { act, renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useDraft } from './draft';

const toForm = (it: { name: string } | null) => ({ name: it?.name ?? '', note: '' });

test('a draft stays when the object changes, and knows it', () => {
  const { result, rerender } = renderHook(({ it }) => useDraft(it, toForm), {
    initialProps: { it: { revision: 1, name: 'a' } },
  });
  expect(result.current.dirty).toBe(false);
  act(() => result.current.change({ note: 'mine' }));
  expect(result.current).toMatchObject({ dirty: true, stale: false });
  rerender({ it: { revision: 2, name: 'b' } });
  expect(result.current).toMatchObject({ stale: true, form: { name: 'a', note: 'mine' }, base: { revision: 1 } });
  act(() => result.current.rebase());
  expect(result.current).toMatchObject({ stale: false, dirty: true, base: { revision: 2 } });
  act(() => result.current.reset());
  expect(result.current.form).toEqual({ name: 'b', note: '' });
});
