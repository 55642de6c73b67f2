// One filter of a list as a button: dashed when it is off, solid with its values and a × when it is on. Its menu has the values
// with how many rows each would give. Not for: ranges (range-filter.tsx).
// Invariant: the counts are those without this filter, so that another value can be chosen.
import { ChevronDown, X } from 'lucide-react';
import { useState } from 'react';
import { cx } from '@/lib/cx';
import { parseTerms, type Term, writeTerms } from '@/lib/filter-value';
import { number } from '@/lib/words';
import { Checkbox } from '@/ui/checkbox';
import { inputLook } from '@/ui/field';
import { Popover } from '@/ui/popover';
import { Segmented } from '@/ui/segmented';

export interface Option {
  /** null: unset. */
  value: string | null;
  label: string;
  count?: number;
}

interface Props {
  label: string;
  text: string | undefined;
  options: readonly Option[] | undefined;
  labelOf: (value: string | null) => string;
  onChange: (text: string | undefined) => void;
  defaultOpen?: boolean;
  /** It has no × of its own: what holds it has one. */
  required?: boolean;
  /** Rows beyond the most frequent values. */
  more?: string;
}

export function FilterButton({
  label,
  value,
  onClear,
  ...rest
}: { label: string; value: string | undefined; onClear?: () => void } & React.ComponentProps<'button'>) {
  const on = value !== undefined;
  return (
    <span
      className={cx(
        'inline-flex h-8 shrink-0 items-center rounded-control border',
        on ? 'border-line-strong bg-surface' : 'border-dashed border-line-strong',
      )}
    >
      <button
        {...rest}
        className="flex h-full items-center gap-1.5 rounded-control px-2.5 text-ink-2 hover:text-ink data-popup-open:text-ink"
        type="button"
      >
        {label}
        {on ? <span className="max-w-48 truncate font-medium text-ink">{value}</span> : null}
        <ChevronDown aria-hidden="true" className="text-ink-3" size={14} />
      </button>
      {on && onClear ? (
        <button
          aria-label={`Clear ${label}`}
          className="flex size-8 items-center justify-center rounded-control text-ink-3 hover:text-ink"
          onClick={onClear}
          type="button"
        >
          <X size={14} />
        </button>
      ) : null}
    </span>
  );
}

export function FilterMenu({ label, text, options, labelOf, onChange, defaultOpen, more, required }: Props) {
  const [open, setOpen] = useState(defaultOpen ?? false);
  const [search, setSearch] = useState('');
  const terms: readonly Term[] = text === undefined ? [] : parseTerms(text);
  const not = terms.some((term) => term.not);
  const values = terms.map((term) => term.value);
  const write = (next: readonly (string | null)[], negated: boolean) =>
    onChange(next.length === 0 ? undefined : writeTerms(next.map((value) => ({ value, not: negated }))));
  const shown = [
    ...(options ?? []),
    ...values
      .filter((value) => !options?.some((option) => option.value === value))
      .map((value) => ({ value, label: labelOf(value), count: undefined })),
  ].filter((option) => option.label.toLowerCase().includes(search.toLowerCase()));
  const summary =
    terms.length === 0
      ? undefined
      : `${not ? 'not ' : ''}${values.length === 1 ? labelOf(values[0] ?? null) : `${values.length} selected`}`;
  return (
    <Popover
      className="w-72 p-0"
      label={label}
      onOpenChange={setOpen}
      open={open}
      trigger={
        <FilterButton label={label} onClear={required ? undefined : () => onChange(undefined)} value={summary} />
      }
    >
      {(options?.length ?? 0) > 8 ? (
        <div className="border-b border-line p-2">
          <input
            aria-label={`Search ${label.toLowerCase()}`}
            className={inputLook}
            onChange={(event) => setSearch(event.target.value)}
            placeholder="Search"
            value={search}
          />
        </div>
      ) : null}
      <ul aria-label={label} className="max-h-80 overflow-y-auto p-1">
        {shown.map((option) => (
          <li key={option.value ?? ' none'}>
            <label className="flex h-8 items-center gap-2.5 rounded-control px-2 hover:bg-fill">
              <Checkbox
                checked={values.includes(option.value)}
                label={option.label}
                onChange={() =>
                  write(
                    values.includes(option.value)
                      ? values.filter((value) => value !== option.value)
                      : [...values, option.value],
                    not,
                  )
                }
              />
              <span className={cx('min-w-0 flex-1 truncate', option.value === null && 'italic')}>{option.label}</span>
              {option.count === undefined ? null : (
                <span className="nums text-xs text-ink-3">{number(option.count)}</span>
              )}
            </label>
          </li>
        ))}
        {options === undefined ? <li className="px-2 py-1.5 text-ink-3">Counting…</li> : null}
        {options !== undefined && shown.length === 0 ? (
          <li className="px-2 py-1.5 text-ink-3">No such value.</li>
        ) : null}
        {more ? <li className="px-2 py-1.5 text-xs text-ink-3">{more}</li> : null}
      </ul>
      <div className="flex items-center justify-between border-t border-line p-2">
        <Segmented
          label="How it is matched"
          onChange={(way) => write(values, way === 'not')}
          options={[
            { value: 'is', label: 'any of' },
            { value: 'not', label: 'none of' },
          ]}
          value={not ? 'not' : 'is'}
        />
        <button
          className="rounded-control px-2 py-1 text-xs text-ink-2 hover:bg-fill"
          onClick={() => onChange(undefined)}
          type="button"
        >
          Clear
        </button>
      </div>
    </Popover>
  );
}
