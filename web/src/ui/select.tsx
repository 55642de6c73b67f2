// One of several values in a form. Not for: actions (menu.tsx), many values (filter-menu.tsx).
import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronDown } from 'lucide-react';
import { cx } from '@/lib/cx';
import { item, popup } from './popup';

interface Props<T extends string> {
  id?: string;
  /** Its name when no label element points at `id`. */
  label?: string;
  value: T | null;
  options: readonly { value: T; label: string; hint?: string }[];
  placeholder?: string;
  invalid?: boolean;
  onChange: (value: T) => void;
  className?: string;
}

export function Select<T extends string>({
  id,
  label,
  value,
  options,
  placeholder = 'Choose',
  invalid,
  onChange,
  className,
}: Props<T>) {
  return (
    <Base.Root items={options} onValueChange={(next) => next !== null && onChange(next as T)} value={value}>
      <Base.Trigger
        aria-invalid={invalid || undefined}
        aria-label={label}
        className={cx(
          'flex h-8 items-center justify-between gap-2 rounded-control border border-control-line bg-surface px-2.5 text-left text-sm hover:border-ink-3 aria-invalid:border-crit-fill',
          className,
        )}
        id={id}
      >
        <span className="truncate">
          <Base.Value placeholder={placeholder} />
        </span>
        <Base.Icon>
          <ChevronDown className="text-ink-3" size={14} />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner alignItemWithTrigger={false} className="z-50" sideOffset={4}>
          <Base.Popup
            className={cx(popup, 'max-h-[min(20rem,var(--available-height))] min-w-(--anchor-width) overflow-y-auto')}
          >
            <Base.List>
              {options.map((option) => (
                <Base.Item className={item} key={option.value} value={option.value}>
                  <Base.ItemText className="flex-1">
                    {option.label}
                    {option.hint ? <span className="ms-2 text-xs text-ink-3">{option.hint}</span> : null}
                  </Base.ItemText>
                  <Base.ItemIndicator>
                    <Check className="text-accent-ink" size={14} />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
