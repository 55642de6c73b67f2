// A checkbox with its words and a line of help. Not for: rows of lists (checkbox.tsx).
import { type ReactNode, useId } from 'react';
import { Checkbox } from './checkbox';

interface Props {
  label: string;
  help?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function CheckField({ label, help, checked, onChange }: Props) {
  const id = useId();
  return (
    <label className="flex items-start gap-2.5" htmlFor={id}>
      <Checkbox
        checked={checked}
        className="mt-0.5"
        id={id}
        label={label}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className="text-sm">
        {label}
        {help ? <span className="block text-xs text-ink-3">{help}</span> : null}
      </span>
    </label>
  );
}

/** Some of a few, all in sight. */
export function CheckGroup<T extends string>({
  label,
  options,
  chosen,
  onChange,
  help,
  error,
}: {
  label: string;
  options: readonly { value: T; label: string }[];
  chosen: readonly T[];
  onChange: (chosen: T[]) => void;
  help?: ReactNode;
  error?: string;
}) {
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-1.5">
        {options.map((option) => (
          <CheckField
            checked={chosen.includes(option.value)}
            key={option.value}
            label={option.label}
            onChange={(on) =>
              onChange(on ? [...chosen, option.value] : chosen.filter((other) => other !== option.value))
            }
          />
        ))}
      </div>
      {error ? (
        <p className="text-xs text-crit">{error}</p>
      ) : help ? (
        <p className="text-xs text-ink-3">{help}</p>
      ) : null}
    </fieldset>
  );
}
