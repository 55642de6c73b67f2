import { fireEvent, render } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Binding, startKeyboard, useKeys } from './keyboard';
import { setLetterKeys } from './prefs';

let stop: () => void;
beforeEach(() => {
  stop = startKeyboard();
});
afterEach(() => stop());

function Page({ bindings }: { bindings: readonly Binding[] }) {
  useKeys(bindings);
  return (
    <>
      <input aria-label="text" />
      <input aria-label="box" type="checkbox" />
    </>
  );
}
const bind = (keys: string, run: () => unknown): Binding => ({ keys, label: keys, group: 'test', run });

it('runs single letters, but not while a text field has focus', () => {
  const run = vi.fn();
  const { getByLabelText } = render(<Page bindings={[bind('J', run)]} />);
  fireEvent.keyDown(document.body, { key: 'j' });
  fireEvent.keyDown(getByLabelText('box'), { key: 'j' });
  fireEvent.keyDown(getByLabelText('text'), { key: 'j' });
  expect(run).toHaveBeenCalledTimes(2);
});

it('takes keys that follow each other for one', () => {
  const go = vi.fn();
  const other = vi.fn();
  render(<Page bindings={[bind('G C', go), bind('C', other)]} />);
  fireEvent.keyDown(document.body, { key: 'g' });
  fireEvent.keyDown(document.body, { key: 'c' });
  expect(go).toHaveBeenCalledOnce();
  expect(other).not.toHaveBeenCalled();
});

it('gives a key to the newest binding that wants it', () => {
  const older = vi.fn();
  const newer = vi.fn(() => false);
  render(<Page bindings={[bind('Escape', older), bind('Escape', newer)]} />);
  fireEvent.keyDown(document.body, { key: 'Escape' });
  expect(newer).toHaveBeenCalledOnce();
  expect(older).toHaveBeenCalledOnce();
});

it('tells Shift apart for letters', () => {
  const all = vi.fn();
  const one = vi.fn();
  render(<Page bindings={[bind('Shift+A', all), bind('A', one)]} />);
  fireEvent.keyDown(document.body, { key: 'A', shiftKey: true });
  expect(all).toHaveBeenCalledOnce();
  expect(one).not.toHaveBeenCalled();
});

it('does nothing for keys of one character when they are switched off, but for others', () => {
  setLetterKeys(false);
  const run = vi.fn();
  const go = vi.fn();
  render(
    <Page
      bindings={[
        bind('J', run),
        bind('?', run),
        bind('Shift+A', run),
        bind('/', run),
        bind('Ctrl+K', go),
        bind('Enter', go),
      ]}
    />,
  );
  for (const init of [{ key: 'j' }, { key: '?', shiftKey: true }, { key: 'A', shiftKey: true }, { key: '/' }])
    fireEvent.keyDown(document.body, init);
  expect(run).not.toHaveBeenCalled();
  fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true });
  fireEvent.keyDown(document.body, { key: 'Enter' });
  expect(go).toHaveBeenCalledTimes(2);
  setLetterKeys(true);
});
