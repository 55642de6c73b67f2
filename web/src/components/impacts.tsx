// What an action hits, one line each, with its glyph. Not for: plans of bulk work (PlanDialog).
import type { ReactNode } from 'react';
import type { Glyph, Tone } from '@/lib/tokens';
import { StatusGlyph } from './status-glyph';

export interface Impact {
  glyph: Glyph;
  tone: Tone;
  text: ReactNode;
}

export function Impacts({ items }: { items: readonly Impact[] }) {
  return (
    <ul className="divide-y divide-line rounded-control border border-line bg-surface text-sm">
      {items.map((impact, place) => (
        <li className="flex gap-2.5 px-3 py-2" key={place.toString()}>
          <StatusGlyph className="mt-0.5" glyph={impact.glyph} tone={impact.tone} />
          <span>{impact.text}</span>
        </li>
      ))}
    </ul>
  );
}
