import { fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startKeyboard, useKeys } from '@/lib/keyboard';
import { loadOver } from '@/ui/over/load';
import { grouped, openMenuIn, type RowAction, RowMenu, rowBindings, useRowKeys } from './row-menu';

// What floats is a part of its own, which a page has loaded by then.
beforeAll(async () => {
  await loadOver();
}, 60_000);

let stop: () => void;
beforeEach(() => {
  stop = startKeyboard();
});
afterEach(() => stop());

const action = (over: Partial<RowAction>): RowAction => ({ label: 'Do', run: () => undefined, ...over });

function Row({ actions, free }: { actions: readonly RowAction[]; free?: () => boolean }) {
  useKeys(rowBindings('api.example.com', actions, 'This list', () => openMenuIn(document.getElementById('row')), free));
  return (
    <div id="row">
      <RowMenu actions={actions} name="api.example.com" />
    </div>
  );
}

describe('the actions of a row', () => {
  it('stand in groups; a dangerous one stands apart', () => {
    const groups = grouped([
      action({ label: 'Open' }),
      action({ label: 'Renew', begins: true }),
      action({ label: 'For 1 hour', group: 'Snooze' }),
      action({ label: 'For 4 hours', group: 'Snooze' }),
      action({ label: 'Archive', danger: true }),
    ]);
    expect(groups.map((each) => each.actions.map(({ label }) => label))).toEqual([
      ['Open'],
      ['Renew'],
      ['For 1 hour', 'For 4 hours'],
      ['Archive'],
    ]);
  });

  it('are done by the key that is printed, but not what only prints another’s key', () => {
    const [renew, open] = [vi.fn(), vi.fn()];
    render(
      <Row
        actions={[
          action({ label: 'Renew', keys: 'R', run: renew }),
          action({ label: 'Open', keys: 'Enter', printed: true, run: open }),
        ]}
      />,
    );
    fireEvent.keyDown(document.body, { key: 'r' });
    fireEvent.keyDown(document.body, { key: 'Enter' });
    expect(renew).toHaveBeenCalledOnce();
    expect(open).not.toHaveBeenCalled();
  });

  it('are not done by key while they may not be, nor while something is selected', () => {
    const renew = vi.fn();
    const { rerender } = render(
      <Row actions={[action({ keys: 'R', run: renew, disabledReason: 'it is archived' })]} />,
    );
    fireEvent.keyDown(document.body, { key: 'r' });
    rerender(<Row actions={[action({ keys: 'R', run: renew })]} free={() => false} />);
    fireEvent.keyDown(document.body, { key: 'r' });
    expect(renew).not.toHaveBeenCalled();
  });

  it('open by the point, with their names and reasons', async () => {
    const run = vi.fn();
    render(
      <Row actions={[action({ label: 'Renew', run }), action({ label: 'Archive', disabledReason: 'it is served' })]} />,
    );
    fireEvent.keyDown(document.body, { key: '.' });
    fireEvent.click(await screen.findByText('Renew'));
    expect(run).toHaveBeenCalledOnce();
  });
});

function List() {
  useRowKeys();
  return (
    <main>
      <ul data-rows="things">
        {['a', 'b'].map((each) => (
          <li data-row="" key={each}>
            <button type="button">{each}</button>
            <RowMenu actions={[action({ label: `Turn ${each}` })]} name={each} />
          </li>
        ))}
      </ul>
    </main>
  );
}

describe('the keys of a short list', () => {
  it('go through its rows and open the menu of the one with the focus', async () => {
    render(<List />);
    fireEvent.keyDown(document.body, { key: 'j' });
    expect(document.activeElement?.textContent).toBe('a');
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'j' });
    expect(document.activeElement?.textContent).toBe('b');
    fireEvent.keyDown(document.activeElement ?? document.body, { key: '.' });
    expect(await screen.findByText('Turn b')).toBeTruthy();
  });
});
