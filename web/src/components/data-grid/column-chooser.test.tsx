import { fireEvent, render, screen, within } from '@testing-library/react';
import { useState } from 'react';
import { beforeAll, expect, it, vi } from 'vitest';
import { type Col, readCols, writeCols } from '@/lib/cols';
import { moved } from '@/lib/reorder';
import { loadOver } from '@/ui/over/load';
import { ColumnChooser } from './column-chooser';

// What floats is a part of its own, which a page has loaded by then.
beforeAll(async () => {
  await loadOver();
}, 60_000);

const all = ['name', 'status', 'expires', 'issuer'].map((key) => ({ key, label: key.toUpperCase(), width: 120 }));
const cols = (...keys: string[]) => readCols(keys.join());

function Page({ onChange }: { onChange: (text: string) => void }) {
  const [shown, setShown] = useState<readonly Col[]>(cols('name', 'status', 'expires'));
  return (
    <ColumnChooser
      all={all}
      onChange={(next) => {
        onChange(writeCols(next));
        setShown(next);
      }}
      shown={shown}
      usual={['name', 'status']}
    />
  );
}

const open = async () => {
  const onChange = vi.fn();
  render(<Page onChange={onChange} />);
  fireEvent.click(screen.getByLabelText('Columns'));
  const list = await screen.findByLabelText('Columns that are shown');
  return { onChange, list };
};

it('moves a column by its buttons and by keys, and keeps the focus with it', async () => {
  const { onChange, list } = await open();
  fireEvent.click(within(list).getByLabelText('Move EXPIRES up'));
  expect(onChange).toHaveBeenLastCalledWith('name,expires,status');
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Move EXPIRES up');
  fireEvent.keyDown(document.activeElement ?? document.body, { key: 'ArrowUp', altKey: true });
  expect(onChange).toHaveBeenLastCalledWith('expires,name,status');
  fireEvent.keyDown(document.activeElement ?? document.body, { key: 'ArrowUp', altKey: true });
  expect(onChange).toHaveBeenCalledTimes(2);
  expect(screen.getByText('EXPIRES is column 1 of 3')).toBeTruthy();
});

it('moves a column by drag, with one change at its end', async () => {
  const { onChange, list } = await open();
  list.setPointerCapture = () => undefined;
  const grip = list.querySelector('[data-column] [aria-hidden]');
  fireEvent.pointerDown(grip as Element, { pointerId: 1, clientY: 4 });
  fireEvent.pointerMove(list, { pointerId: 1, clientY: 40 });
  fireEvent.pointerMove(list, { pointerId: 1, clientY: 500 });
  expect(onChange).not.toHaveBeenCalled();
  fireEvent.pointerUp(list, { pointerId: 1 });
  expect(onChange).toHaveBeenCalledExactlyOnceWith('status,expires,name');
});

it('takes a column away and adds one at the end', async () => {
  const { onChange } = await open();
  fireEvent.click(screen.getByLabelText('STATUS', { selector: '[aria-label]' }));
  expect(onChange).toHaveBeenLastCalledWith('name,expires');
  fireEvent.click(screen.getByLabelText('ISSUER', { selector: '[aria-label]' }));
  expect(onChange).toHaveBeenLastCalledWith('name,expires,issuer');
  fireEvent.click(screen.getByText('Usual columns and widths'));
  expect(onChange).toHaveBeenLastCalledWith('name,status');
});

it('makes a column wider and narrower by buttons and by keys, and forgets it with the usual ones', async () => {
  const { onChange, list } = await open();
  fireEvent.click(within(list).getByLabelText('Make STATUS wider'));
  expect(onChange).toHaveBeenLastCalledWith('name,status:136,expires');
  fireEvent.keyDown(within(list).getByLabelText('Make STATUS wider'), { key: 'ArrowLeft', altKey: true });
  expect(onChange).toHaveBeenLastCalledWith('name,status:120,expires');
  expect(screen.getByText('STATUS is 120 pixels wide')).toBeTruthy();
  fireEvent.click(screen.getByText('Usual columns and widths'));
  expect(onChange).toHaveBeenLastCalledWith('name,status');
});

it('keeps places within the list', () => {
  expect(moved(['a', 'b', 'c'], 0, 9)).toEqual(['b', 'c', 'a']);
  expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['c', 'a', 'b']);
});
