// A few big numbers side by side, each with its words below; a link where there are rows behind it. Not for: facts (FactStrip).
import type { ReactNode } from 'react';
import { number } from '@/lib/words';
import { Skeleton } from '@/ui/skeleton';

export interface Figure {
  label: string;
  value: number | undefined;
  /** The number as a link to its rows. */
  link?: (text: string) => ReactNode;
  tone?: 'warn' | 'crit';
  /** In place of a number that is not known. */
  instead?: string;
}

export function Figures({ items, faded }: { items: readonly Figure[]; faded?: boolean }) {
  return (
    <dl className={`flex flex-wrap gap-x-8 gap-y-3 transition-opacity ${faded ? 'opacity-60' : ''}`}>
      {items.map((item) => (
        <div className="flex flex-col-reverse" key={item.label}>
          <dt className="text-xs text-ink-3">{item.label}</dt>
          <dd
            className={`nums text-2xl font-semibold ${item.value ? ({ warn: 'text-warn', crit: 'text-crit' }[item.tone as string] ?? '') : ''}`}
          >
            {item.instead !== undefined ? (
              <span className="text-base font-normal text-ink-3 italic">{item.instead}</span>
            ) : item.value === undefined ? (
              <Skeleton className="my-2.5 w-10" />
            ) : item.link && item.value > 0 ? (
              item.link(number(item.value))
            ) : (
              number(item.value)
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
