// A filter whose values the API takes as a plain list with commas, or one alone. Not for: filters that can be negated or counted
// (FilterMenu).
import { Check } from 'lucide-react';
import { useState } from 'react';
import { cx } from '@/lib/cx';
import { Popover } from '@/ui/popover';
import { FilterButton } from './filter-menu';

interface Props {
  label: string;
  text: string | undefined;
  options: readonly { value: string; label: string }[];
  /** Only one at a time. */
  single?: boolean;
  /** It has no × of its own: what holds it has one. */
  required?: boolean;
  onChange: (text: string | undefined) => void;
}

export function ChoiceFilter({ label, text, options, single, onChange, required }: Props) {
  const [open, setOpen] = useState(false);
  const chosen = text === undefined ? [] : text.split(',');
  const labelOf = (value: string) => options.find((option) => option.value === value)?.label ?? value;
  const toggle = (value: string) => {
    const next = chosen.includes(value)
      ? chosen.filter((other) => other !== value)
      : [...(single ? [] : chosen), value];
    onChange(next.length === 0 ? undefined : next.join(','));
    if (single) setOpen(false);
  };
  return (
    <Popover
      className="w-60"
      label={label}
      onOpenChange={setOpen}
      open={open}
      trigger={
        <FilterButton
          label={label}
          onClear={required ? undefined : () => onChange(undefined)}
          value={
            chosen.length === 0
              ? undefined
              : chosen.length === 1
                ? labelOf(chosen[0] ?? '')
                : `${chosen.length} selected`
          }
        />
      }
    >
      <ul aria-label={label} className="max-h-80 overflow-y-auto">
        {options.map((option) => (
          <li key={option.value}>
            <button
              aria-pressed={chosen.includes(option.value)}
              className="flex h-8 w-full items-center gap-2 rounded-control px-2 text-start hover:bg-fill"
              onClick={() => toggle(option.value)}
              type="button"
            >
              <Check
                aria-hidden="true"
                className={cx('shrink-0 text-accent-ink', !chosen.includes(option.value) && 'invisible')}
                size={14}
              />
              <span className="truncate">{option.label}</span>
            </button>
          </li>
        ))}
        {options.length === 0 ? <li className="px-2 py-1.5 text-ink-3">There is no value yet.</li> : null}
      </ul>
    </Popover>
  );
}
