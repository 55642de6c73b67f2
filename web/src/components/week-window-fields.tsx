// The fields of a part of the week: days, from, to, and the place's zone. Not for: lists of them.
import { useId } from 'react';
import { cx } from '@/lib/cx';
import { timeZones, type WeekWindow, weekdays } from '@/lib/week-window';
import { inputShape } from '@/ui/field';

interface Props {
  /** What it is for, for names: "Window 1". */
  label: string;
  value: WeekWindow;
  onChange: (value: WeekWindow) => void;
  fault?: string;
}

export function WeekWindowFields({ label, value, onChange, fault }: Props) {
  const zones = useId();
  const days = value.days ?? [];
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="sr-only">{label}</legend>
      <div className="flex flex-wrap items-center gap-2">
        <input
          aria-label={`${label}: from`}
          className={cx('nums w-32', inputShape)}
          onChange={(event) => onChange({ ...value, from: event.target.value })}
          type="time"
          value={value.from}
        />
        <span className="text-ink-3">to</span>
        <input
          aria-label={`${label}: to`}
          className={cx('nums w-32', inputShape)}
          onChange={(event) => onChange({ ...value, to: event.target.value })}
          type="time"
          value={value.to}
        />
        <input
          aria-label={`${label}: time zone`}
          className={cx('w-44', inputShape)}
          list={zones}
          onChange={(event) => onChange({ ...value, time_zone: event.target.value })}
          spellCheck={false}
          value={value.time_zone}
        />
        <datalist id={zones}>
          {timeZones().map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </datalist>
      </div>
      <div className="flex flex-wrap items-center gap-1">
        {weekdays.map((day) => {
          const on = days.includes(day.value);
          return (
            <button
              aria-pressed={on}
              className={cx(
                'h-6 rounded-chip px-2 text-xs',
                on ? 'bg-accent-soft font-medium text-accent-ink' : 'bg-fill text-ink-2 hover:bg-fill-strong',
              )}
              key={day.value}
              onClick={() =>
                onChange({
                  ...value,
                  days: weekdays
                    .map((each) => each.value)
                    .filter((each) => (each === day.value ? !on : days.includes(each))),
                })
              }
              type="button"
            >
              {day.label}
            </button>
          );
        })}
        <span className="ms-1 text-xs text-ink-3">{days.length === 0 ? 'every day' : ''}</span>
      </div>
      {fault ? <p className="text-xs text-crit">{fault}</p> : null}
    </fieldset>
  );
}
