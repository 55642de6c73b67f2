// One of several values in a form. Not for: actions (menu.tsx), many values (filter-menu.tsx).
// Invariant: until it is opened there is only its button, with the value in words.
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { cx } from '@/lib/cx';
import { loaded, loadOver, opens, useOverSoon, withOver } from './over/load';

export interface SelectProps<T extends string> {
  id?: string;
  /** Its name when no label element points at `id`. */
  label?: string;
  value: T | null;
  options: readonly { value: T; label: string; hint?: string }[];
  placeholder?: string;
  invalid?: boolean;
  onChange: (value: T) => void;
  className?: string;
  'aria-describedby'?: string;
}

export const selectLook =
  'flex h-8 items-center justify-between gap-2 rounded-control border border-control-line bg-surface px-2.5 text-start text-sm hover:border-ink-3 aria-invalid:border-crit-fill';

export function Select<T extends string>(props: SelectProps<T>) {
  const { id, label, value, options, placeholder = 'Choose', invalid, className } = props;
  const [wanted, setWanted] = useState(false);
  useOverSoon();
  const show = () => withOver(() => setWanted(true));
  const Real = wanted ? loaded()?.Select : undefined;
  if (Real) return <Real {...props} />;
  return (
    <button
      aria-describedby={props['aria-describedby']}
      aria-expanded={false}
      aria-haspopup="listbox"
      aria-invalid={invalid || undefined}
      aria-label={label}
      className={cx(selectLook, className)}
      id={id}
      onClick={show}
      onKeyDown={(event) => {
        if (!opens(event)) return;
        event.preventDefault();
        show();
      }}
      onPointerEnter={() => void loadOver().catch(() => undefined)}
      // There is nothing to control while the list is closed.
      // oxlint-disable-next-line jsx-a11y/role-has-required-aria-props
      role="combobox"
      type="button"
    >
      <span className="truncate">{options.find((option) => option.value === value)?.label ?? placeholder}</span>
      <ChevronDown aria-hidden="true" className="text-ink-3" size={14} />
    </button>
  );
}
