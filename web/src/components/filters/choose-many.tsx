// Some of what there is, behind a button: values of a rule's selector, of a condition. Not for: filters of a list with counts
// (FilterMenu). Invariant: what is chosen stays in the list although it is no longer offered.
import { useState } from 'react';
import { Checkbox } from '@/ui/checkbox';
import { inputLook } from '@/ui/field';
import { Popover } from '@/ui/popover';
import { FilterButton } from './filter-menu';

export interface Choice {
  value: string;
  label: string;
}

interface Props {
  label: string;
  options: readonly Choice[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  /** What the button says of what is chosen, when it is not the usual. */
  summary?: string;
  /** Whether a value that is not offered can be written. */
  free?: boolean;
  children?: React.ReactNode;
}

export function ChooseMany({ label, options, chosen, onChange, summary, free, children }: Props) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const labelOf = (value: string) => options.find((option) => option.value === value)?.label ?? value;
  const all = [
    ...options,
    ...chosen
      .filter((value) => !options.some((option) => option.value === value))
      .map((value) => ({ value, label: value })),
  ];
  const shown = all.filter((option) => option.label.toLowerCase().includes(text.trim().toLowerCase()));
  const said =
    summary ??
    (chosen.length === 0
      ? undefined
      : chosen.length <= 2
        ? chosen.map(labelOf).join(', ')
        : `${chosen.length} of them`);
  const fresh = text.trim() !== '' && free && !all.some((option) => option.value === text.trim());
  return (
    <Popover
      className="w-72 p-0"
      label={label}
      onOpenChange={setOpen}
      open={open}
      trigger={<FilterButton label={label} onClear={() => onChange([])} value={said} />}
    >
      {all.length > 8 || free ? (
        <div className="border-b border-line p-2">
          <input
            aria-label={`Search ${label.toLowerCase()}`}
            className={inputLook}
            onChange={(event) => setText(event.target.value)}
            placeholder={free ? 'Search, or write another' : 'Search'}
            value={text}
          />
        </div>
      ) : null}
      <ul aria-label={label} className="max-h-72 overflow-y-auto p-1">
        {shown.slice(0, 200).map((option) => (
          <li key={option.value}>
            <label className="flex h-8 items-center gap-2.5 rounded-control px-2 hover:bg-fill">
              <Checkbox
                checked={chosen.includes(option.value)}
                label={option.label}
                onChange={(event) =>
                  onChange(
                    event.target.checked ? [...chosen, option.value] : chosen.filter((other) => other !== option.value),
                  )
                }
              />
              <span className="min-w-0 flex-1 truncate">{option.label}</span>
            </label>
          </li>
        ))}
        {fresh ? (
          <li>
            <button
              className="flex h-8 w-full items-center rounded-control px-2 text-start text-accent-ink hover:bg-fill"
              onClick={() => {
                onChange([...chosen, text.trim()]);
                setText('');
              }}
              type="button"
            >
              Take “{text.trim()}”
            </button>
          </li>
        ) : shown.length === 0 ? (
          <li className="px-2 py-1.5 text-ink-3">{all.length === 0 ? 'There is none yet.' : 'Nothing matches.'}</li>
        ) : null}
      </ul>
      {children}
    </Popover>
  );
}
