// Facts side by side in one bordered row: name above, value below. Not for: a list of many (PropertyList).
import type { ReactNode } from 'react';

export function FactStrip({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid auto-cols-fr grid-flow-col divide-x divide-line rounded-panel border border-line bg-surface tablet:grid-flow-row tablet:grid-cols-3 tablet:divide-x-0">
      {facts.map(([name, value]) => (
        <div className="min-w-0 px-4 py-3" key={name}>
          <dt className="truncate text-xs text-ink-3">{name}</dt>
          <dd className="truncate text-base font-medium">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
