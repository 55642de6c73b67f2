// A form over an object of the server: what was changed here, and whether somebody else changed the object meanwhile.
// Not for: saving. Invariants: nothing of a draft is lost when the object changes; a draft knows the revision it began from.
import { useState } from 'react';

interface Revised {
  revision: number;
}

export interface Draft<T, F> {
  form: F;
  /** What the draft began from; its revision goes into `If-Match`. */
  base: T | null;
  dirty: boolean;
  /** The object has another revision than the draft began from. */
  stale: boolean;
  change: (patch: Partial<F>) => void;
  /** Keeps what was written here, on the object as it is now. */
  rebase: () => void;
  reset: () => void;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

export function useDraft<T extends Revised, F extends object>(it: T | null, toForm: (it: T | null) => F): Draft<T, F> {
  const [draft, setDraft] = useState<{ base: T | null; form: F } | null>(null);
  const base = draft ? draft.base : it;
  const form = draft ? draft.form : toForm(it);
  return {
    form,
    base,
    dirty: draft !== null && !same(draft.form, toForm(draft.base)),
    stale: draft !== null && it?.revision !== draft.base?.revision && !same(draft.form, toForm(it)),
    change: (patch) =>
      setDraft((now) => ({ base: now ? now.base : it, form: { ...(now ? now.form : toForm(it)), ...patch } })),
    rebase: () => setDraft((now) => now && { ...now, base: it }),
    reset: () => setDraft(null),
  };
}

/** The header that lets a change fail when somebody else was faster. */
export const ifMatch = (it: Revised) => ({ 'if-match': `"${it.revision}"` }) as never;
