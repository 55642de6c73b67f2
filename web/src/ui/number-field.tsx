// Numbers and lengths of time to write. Not for: labels around them (Field). Invariant: what is not a number is not told, and
// the text stays as it is written.
import { type ComponentProps, useState } from 'react';
import { cx } from '@/lib/cx';
import { inputShape } from './field';
import { Select } from './select';

interface NumberProps extends Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'min' | 'max' | 'className'> {
  value: number | null;
  onChange: (value: number | null) => void;
  /** Its name when no label points at it. */
  label?: string;
  invalid?: boolean;
  className?: string;
}

export function NumberInput({ value, onChange, label, invalid, className = 'w-20', ...rest }: NumberProps) {
  const [text, setText] = useState(value === null ? '' : String(value));
  const [told, setTold] = useState(value);
  // It has changed from elsewhere (a handle, a reset).
  if (value !== told) {
    setTold(value);
    setText(value === null ? '' : String(value));
  }
  return (
    <input
      {...rest}
      aria-invalid={invalid || undefined}
      aria-label={label}
      className={cx('nums', inputShape, className)}
      inputMode="decimal"
      onChange={(event) => {
        const next = event.target.value;
        setText(next);
        const number = next.trim() === '' ? null : Number(next.trim().replace(',', '.'));
        if (number !== null && Number.isNaN(number)) return;
        setTold(number);
        onChange(number);
      }}
      value={text}
    />
  );
}

const UNITS = { s: 1, min: 60, h: 3600, d: 86_400 } as const;
type Unit = keyof typeof UNITS;
const names: Record<Unit, string> = { s: 'seconds', min: 'minutes', h: 'hours', d: 'days' };

const fitting = (seconds: number | null, units: readonly Unit[]): Unit =>
  (seconds === 0 ? units[0] : undefined) ??
  units.toReversed().find((unit) => seconds !== null && seconds > 0 && seconds % UNITS[unit] === 0) ??
  units.at(-1) ??
  'd';

/** A length of time in seconds, written with a unit. */
export function DurationInput({
  value,
  onChange,
  label,
  units = ['min', 'h', 'd'],
  invalid,
  id,
  ...described
}: {
  value: number | null;
  onChange: (value: number | null) => void;
  label: string;
  units?: readonly Unit[];
  invalid?: boolean;
  id?: string;
  'aria-describedby'?: string;
}) {
  const [chosen, setChosen] = useState<Unit>(() => fitting(value, units));
  const unit = value !== null && value % UNITS[chosen] !== 0 ? fitting(value, units) : chosen;
  return (
    <span className="flex items-center gap-2">
      <NumberInput
        {...described}
        id={id}
        invalid={invalid}
        label={id === undefined ? label : undefined}
        onChange={(number) => onChange(number === null ? null : Math.round(number * UNITS[unit]))}
        value={value === null ? null : value / UNITS[unit]}
      />
      <Select
        className="w-28"
        label={`Unit of ${label.toLowerCase()}`}
        onChange={(next) => {
          if (value !== null) onChange(Math.round((value / UNITS[unit]) * UNITS[next]));
          setChosen(next);
        }}
        options={units.map((each) => ({ value: each, label: names[each] }))}
        value={unit}
      />
    </span>
  );
}
