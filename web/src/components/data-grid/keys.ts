// The keys of every list: move, select, peek, open. A page adds its own beside them.
// Invariant: Enter and Space on a link or button stay that control's.
import { useKeys } from '@/lib/keyboard';
import type { Selecting } from './selection';
import type { Row, Source } from './source';
import type { Window } from './window';

interface Options<T extends Row> {
  source: Source<T>;
  window: Window;
  cursor: number;
  setCursor: (index: number) => void;
  selecting?: Selecting;
  onOpen: (row: T, newTab: boolean) => void;
  onPeek?: (row: T) => void;
  /** Closes the top layer of the page; false when there was none. */
  onEscape?: () => boolean;
}

const control = (event: KeyboardEvent) =>
  event.target instanceof HTMLElement && event.target.closest('a, button, input, summary') !== null;

export function useGridKeys<T extends Row>({
  source,
  window,
  cursor,
  setCursor,
  selecting,
  onOpen,
  onPeek,
  onEscape,
}: Options<T>): void {
  const group = 'This list';
  const page = Math.max(1, window.visible.to - window.visible.from);
  const move = (by: number, select = false) => {
    const next = Math.min(source.total - 1, Math.max(0, cursor + by));
    if (select && selecting)
      selecting.add([source.at(cursor), source.at(next)].flatMap((row) => (row ? [row.id] : [])));
    setCursor(next);
  };
  const row = () => source.at(cursor);
  const open = (newTab: boolean) => (event: KeyboardEvent) => {
    const at = row();
    if (at === undefined || control(event)) return false;
    onOpen(at, newTab);
    return true;
  };
  useKeys([
    { keys: 'J', label: 'Next row', group, run: () => move(1) },
    { keys: 'K', label: 'Row before', group, run: () => move(-1) },
    { keys: 'ArrowDown', label: 'Next row', group, run: () => move(1) },
    { keys: 'ArrowUp', label: 'Row before', group, run: () => move(-1) },
    { keys: 'PageDown', label: 'Page down', group, run: () => move(page) },
    { keys: 'PageUp', label: 'Page up', group, run: () => move(-page) },
    { keys: 'Home', label: 'First row', group, run: () => move(-source.total) },
    { keys: 'End', label: 'Last row', group, run: () => move(source.total) },
    { keys: 'Enter', label: 'Open', group, run: open(false) },
    { keys: 'O', label: 'Open', group, run: open(false) },
    { keys: 'Ctrl+Enter', label: 'Open in a new tab', group, run: open(true) },
    ...(onPeek
      ? [
          {
            keys: 'Space',
            label: 'Peek',
            group,
            run: (event: KeyboardEvent) => {
              const at = row();
              if (at === undefined || (control(event) && !(event.target as HTMLElement).matches('input'))) return false;
              onPeek(at);
              return true;
            },
          },
        ]
      : []),
    ...(selecting
      ? [
          { keys: 'X', label: 'Select', group, run: () => row() && selecting.toggle(row()?.id ?? '') },
          { keys: 'Shift+J', label: 'Select downwards', group, run: () => move(1, true) },
          { keys: 'Shift+K', label: 'Select upwards', group, run: () => move(-1, true) },
          { keys: 'Shift+A', label: 'Select all that match', group, run: selecting.all },
        ]
      : []),
    {
      keys: 'Escape',
      label: 'Close, or clear the selection',
      group,
      run: () => {
        if (onEscape?.()) return true;
        if (selecting && selecting.size > 0) {
          selecting.clear();
          return true;
        }
        return false;
      },
    },
  ]);
}
