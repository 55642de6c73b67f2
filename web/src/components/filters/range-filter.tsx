// A range of times or shares: the usual ones at hand, or both ends written as the API takes them (`0s..30d`).
import { type FormEvent, useState } from 'react';
import { Button } from '@/ui/button';
import { inputLook } from '@/ui/field';
import { Popover } from '@/ui/popover';
import { item } from '@/ui/popup';
import { FilterButton } from './filter-menu';

export interface Preset {
  text: string;
  label: string;
}

interface Props {
  label: string;
  text: string | undefined;
  presets: readonly Preset[];
  /** It has no × of its own: what holds it has one. */
  required?: boolean;
  onChange: (text: string | undefined) => void;
  defaultOpen?: boolean;
  hint: string;
}

export function RangeFilter({ label, text, presets, onChange, defaultOpen, hint, required }: Props) {
  const [open, setOpen] = useState(defaultOpen ?? false);
  const named = presets.find((preset) => preset.text === text)?.label;
  const [from = '', to = ''] = (text ?? '').split('..');
  const done = (next: string | undefined) => {
    onChange(next);
    setOpen(false);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const range = `${String(form.get('from') ?? '').trim()}..${String(form.get('to') ?? '').trim()}`;
    done(range === '..' ? undefined : range);
  };
  return (
    <Popover
      className="w-64"
      label={label}
      onOpenChange={setOpen}
      open={open}
      trigger={
        <FilterButton
          label={label}
          onClear={required ? undefined : () => onChange(undefined)}
          value={text === undefined ? undefined : (named ?? text)}
        />
      }
    >
      <ul>
        {presets.map((preset) => (
          <li key={preset.text}>
            <button
              className={`${item} w-full text-start hover:bg-fill`}
              onClick={() => done(preset.text)}
              type="button"
            >
              {preset.label}
            </button>
          </li>
        ))}
      </ul>
      <form className="mt-1 flex flex-col gap-2 border-t border-line p-2" key={text} onSubmit={submit}>
        <div className="flex items-center gap-2">
          <input aria-label="From" className={inputLook} defaultValue={from} name="from" placeholder="from" />
          <input aria-label="To" className={inputLook} defaultValue={to} name="to" placeholder="to" />
        </div>
        <p className="text-xs text-ink-3">{hint}</p>
        <Button size="sm" type="submit">
          Apply
        </Button>
      </form>
    </Popover>
  );
}
