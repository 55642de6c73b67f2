// What is selected in a grid: some rows, or all that match the filter (then the server resolves it).
import { useState } from 'react';

export type Selection = { kind: 'rows'; ids: ReadonlySet<string> } | { kind: 'all' };

const NOTHING: Selection = { kind: 'rows', ids: new Set() };

export interface Selecting {
  selection: Selection;
  has: (id: string) => boolean;
  size: number;
  toggle: (id: string) => void;
  add: (ids: readonly string[]) => void;
  all: () => void;
  clear: () => void;
}

/** `scope` names the filter: another filter begins with nothing selected. */
export function useSelection(scope: string, total: number): Selecting {
  const [state, setState] = useState({ scope, selection: NOTHING });
  const selection = state.scope === scope ? state.selection : NOTHING;
  const set = (next: Selection) => setState({ scope, selection: next });
  const ids = selection.kind === 'rows' ? selection.ids : new Set<string>();
  return {
    selection,
    has: (id) => selection.kind === 'all' || ids.has(id),
    size: selection.kind === 'all' ? total : ids.size,
    toggle: (id) => {
      const next = new Set(ids);
      if (!next.delete(id)) next.add(id);
      set({ kind: 'rows', ids: next });
    },
    add: (more) => set({ kind: 'rows', ids: new Set([...ids, ...more]) }),
    all: () => set({ kind: 'all' }),
    clear: () => set(NOTHING),
  };
}
