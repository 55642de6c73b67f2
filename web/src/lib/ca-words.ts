// Certificate authorities of certctl's own, in words and as a tree: roots, below them what signs, by generation.
// Not for: drawing. Invariants: what is limited says by what; an authority whose root is not here is still in the tree.
import type { Schemas } from '@/api/types';
import type { StatusWord } from './tokens';
import { and } from './words';

export type Ca = Schemas['Ca'];

export const caStates: Record<Schemas['CaState'], StatusWord & { means: string }> = {
  active: { label: 'Signs', glyph: 'healthy', tone: 'ok', means: 'It signs what is new.' },
  draining: {
    label: 'Draining',
    glyph: 'due',
    tone: 'warn',
    means: 'It signs nothing new. Its revocation lists and OCSP go on until the last certificate it signed has ended.',
  },
  retired: {
    label: 'Retired',
    glyph: 'archived',
    tone: 'neutral',
    means: 'All that it signed has ended, and its key is deleted.',
  },
};

/** What clients call it: the common name, or the whole subject without one. */
export function caName({ subject }: Pick<Ca, 'subject'>): string {
  const name = /(?:^|,\s*)CN=((?:\\.|[^,])+)/i.exec(subject)?.[1];
  return name?.replaceAll(/\\(.)/g, '$1') ?? subject;
}

/** `only example.internal and 10.0.0.0/8, never lab.example.internal`; null without limits. */
export function limitsOf({ permitted_names, excluded_names }: Pick<Ca, 'permitted_names' | 'excluded_names'>) {
  const parts = [
    permitted_names.length > 0 ? `only ${and(permitted_names)}` : '',
    excluded_names.length > 0 ? `never ${and(excluded_names)}` : '',
  ].filter(Boolean);
  return parts.length === 0 ? null : parts.join(', ');
}

export interface Branch {
  /** Null: they are signed by a root that is not here. */
  root: Ca | null;
  below: Ca[];
}

const order: readonly Schemas['CaState'][] = ['active', 'draining', 'retired'];
const first = (a: Ca, b: Ca) =>
  order.indexOf(a.state) - order.indexOf(b.state) || Date.parse(b.created_at) - Date.parse(a.created_at);

/** Roots with what is below each: what signs comes first; the generations of an issuer stand together, the newest first. */
export function treeOf(cas: readonly Ca[]): Branch[] {
  const roots = cas.filter((ca) => ca.role === 'root').toSorted(first);
  const known = new Set(roots.map((root) => root.id));
  const below = (is: (ca: Ca) => boolean) =>
    cas
      .filter((ca) => ca.role === 'issuing' && is(ca))
      .toSorted(
        (a, b) => (a.issuer_id ?? '').localeCompare(b.issuer_id ?? '') || b.generation - a.generation || first(a, b),
      );
  const branches: Branch[] = roots.map((root) => ({ root, below: below((ca) => ca.parent_id === root.id) }));
  const loose = below((ca) => !ca.parent_id || !known.has(ca.parent_id));
  return loose.length > 0 ? [...branches, { root: null, below: loose }] : branches;
}
