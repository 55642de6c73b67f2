// Flashes the cells of a row that say something else than before. Not for: another row in the same place (scrolling, sorting).
// Invariants: what is only drawn again does not flash; without motion nothing does (styles).
import { Component } from 'react';
import type { Row } from './source';

interface Props {
  row: Row | undefined;
  /** The element of the row. */
  at: string;
}

const cellsOf = (at: string): HTMLElement[] => [
  ...(document.getElementById(at)?.querySelectorAll<HTMLElement>('[role=gridcell]') ?? []),
];

export class Changed extends Component<Props> {
  // Before the page is changed: what the cells say now.
  override getSnapshotBeforeUpdate(before: Props): (string | null)[] | null {
    const { row, at } = this.props;
    if (row === undefined || before.row === row || before.row?.id !== row.id) return null;
    return cellsOf(at).map((cell) => cell.textContent);
  }

  override componentDidUpdate(_props: Props, _state: unknown, said: (string | null)[] | null) {
    if (said === null) return;
    cellsOf(this.props.at).forEach((cell, place) => {
      if (said[place] === undefined || cell.textContent === said[place]) return;
      cell.classList.add('flash');
      cell.addEventListener('animationend', () => cell.classList.remove('flash'), { once: true });
    });
  }

  override render() {
    return null;
  }
}
