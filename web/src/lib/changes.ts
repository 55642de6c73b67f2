// What an audit event says of a change: field by field, before and after. Not for: events that change nothing.
// Invariant: only fields that differ, and each with its value after.
import { flat } from './flat';

export interface Change {
  field: string;
  before: string;
  after: string;
}

const NONE = 'none';

/** The fields that an event has changed; empty when it does not tell. */
export function changesOf(details: unknown): Change[] {
  if (typeof details !== 'object' || details === null) return [];
  const { before, ...after } = details as Record<string, unknown>;
  if (typeof before !== 'object' || before === null) return [];
  const was = new Map(flat(before));
  const is = new Map(flat(Object.fromEntries(Object.keys(before).map((name) => [name, after[name]]))));
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((field) => ({ field, before: was.get(field) ?? NONE, after: is.get(field) ?? NONE }))
    .filter((change) => change.before !== change.after);
}
