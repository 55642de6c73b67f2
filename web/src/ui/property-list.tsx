// Facts, each with its name. Not for: things to compare (a table).
import type { ReactNode } from 'react';

export function PropertyList({ items }: { items: readonly (readonly [name: string, value: ReactNode] | null)[] }) {
  return (
    <dl className="divide-y divide-line">
      {items.map((entry) =>
        entry === null ? null : (
          <div className="flex gap-4 px-4 py-2.5 print:py-1" key={entry[0]}>
            <dt className="w-24 shrink-0 text-ink-3">{entry[0]}</dt>
            <dd className="min-w-0 flex-1 break-words">{entry[1]}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
