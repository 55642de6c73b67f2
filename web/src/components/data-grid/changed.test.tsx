import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { Changed } from './changed';

function TheRow({ row }: { row: { id: string; name: string; state: string } }) {
  return (
    <div id="row-1" role="row">
      <span role="gridcell">{row.name}</span>
      <span role="gridcell">{row.state}</span>
      <Changed at="row-1" row={row} />
    </div>
  );
}

const flashing = () => screen.queryAllByRole('gridcell').filter((cell) => cell.classList.contains('flash'));

it('flashes what of a row has changed, once', () => {
  const { rerender } = render(<TheRow row={{ id: 'a', name: 'one', state: 'due' }} />);
  expect(flashing()).toHaveLength(0);
  rerender(<TheRow row={{ id: 'a', name: 'one', state: 'healthy' }} />);
  expect(flashing().map((cell) => cell.textContent)).toEqual(['healthy']);
  flashing()[0]?.dispatchEvent(new Event('animationend'));
  expect(flashing()).toHaveLength(0);
});

it('does not flash what is read again as it was, nor another row in its place', () => {
  const { rerender } = render(<TheRow row={{ id: 'a', name: 'one', state: 'due' }} />);
  rerender(<TheRow row={{ id: 'a', name: 'one', state: 'due' }} />);
  rerender(<TheRow row={{ id: 'b', name: 'two', state: 'healthy' }} />);
  expect(flashing()).toHaveLength(0);
});
