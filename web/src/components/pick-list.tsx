// Several of many, with a filter: targets, agents. Not for: a few (checkboxes) or one (select.tsx).
// Invariant: what is chosen stays in sight above the rest.
import { useState } from 'react';
import { number } from '@/lib/words';
import { Checkbox } from '@/ui/checkbox';

interface Option {
  id: string;
  label: string;
  hint?: string;
}

interface Props {
  label: string;
  options: readonly Option[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  empty: string;
}

const SHOWN = 60;

export function PickList({ label, options, chosen, onChange, empty }: Props) {
  const [text, setText] = useState('');
  const words = text.trim().toLowerCase();
  const matching = options.filter(
    (option) => words === '' || `${option.label} ${option.hint ?? ''} ${option.id}`.toLowerCase().includes(words),
  );
  const sorted = [
    ...matching.filter((option) => chosen.includes(option.id)),
    ...matching.filter((option) => !chosen.includes(option.id)),
  ];
  if (options.length === 0) return <p className="text-sm text-ink-3">{empty}</p>;
  return (
    <div className="rounded-control border border-control-line bg-surface">
      <div className="flex items-center gap-2 border-b border-line pe-2">
        <input
          aria-label={`Filter ${label.toLowerCase()}`}
          className="h-8 min-w-0 flex-1 bg-transparent px-2.5 text-sm outline-offset-[-2px]"
          onChange={(event) => setText(event.target.value)}
          placeholder={`Filter ${number(options.length)}`}
          value={text}
        />
        <span className="nums text-xs text-ink-3">{chosen.length} chosen</span>
      </div>
      <ul aria-label={label} className="max-h-52 overflow-y-auto py-1">
        {sorted.slice(0, SHOWN).map((option) => (
          <li key={option.id}>
            <label className="flex h-8 items-center gap-2.5 px-2.5 text-sm hover:bg-fill" htmlFor={`pick-${option.id}`}>
              <Checkbox
                checked={chosen.includes(option.id)}
                id={`pick-${option.id}`}
                label={option.label}
                onChange={(event) =>
                  onChange(
                    event.target.checked ? [...chosen, option.id] : chosen.filter((other) => other !== option.id),
                  )
                }
              />
              <span className="truncate">{option.label}</span>
              {option.hint ? <span className="ms-auto truncate text-xs text-ink-3">{option.hint}</span> : null}
            </label>
          </li>
        ))}
        {sorted.length === 0 ? <li className="px-2.5 py-1.5 text-sm text-ink-3">Nothing matches.</li> : null}
        {sorted.length > SHOWN ? (
          <li className="px-2.5 py-1.5 text-xs text-ink-3">and {number(sorted.length - SHOWN)} more: filter</li>
        ) : null}
      </ul>
    </div>
  );
}
