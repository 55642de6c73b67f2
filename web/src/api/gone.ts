// What this browser has removed: its page stands for a moment longer, and must not ask for it again.
// Not for: what others remove, which a page that shows it has to say. Invariant: an id that is used anew is there again.
import type { Event } from './types';

/** Ids, and whether the stream has told of the removal yet. */
const gone = new Map<string, boolean>();

const idIn = (params: unknown): string | undefined => {
  const id = (params as { path?: { id?: unknown } } | undefined)?.path?.id;
  return typeof id === 'string' ? id : undefined;
};

export function removing(params: unknown): void {
  const id = idIn(params);
  if (id !== undefined) gone.set(id, false);
}

export function kept(params: unknown): void {
  const id = idIn(params);
  if (id !== undefined) gone.delete(id);
}

/** Told of by the stream, in the order in which it happened. */
export function heard({ kind, object_id }: Event): void {
  const told = gone.get(object_id);
  if (told === undefined) return;
  if (kind.endsWith('.delete')) gone.set(object_id, true);
  else if (told && kind.endsWith('.create')) gone.delete(object_id);
}

/** Whether the parameters of a query name it. */
export const isGone = (params: unknown): boolean => gone.has(idIn(params) ?? '');
