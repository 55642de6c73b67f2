// One of several values in a form, as it is once it is opened. Not for: importing from pages (ui/select).
import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronDown } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { cx } from '@/lib/cx';
import { item, popup } from '../popup';
import { type SelectProps, selectLook } from '../select';

export function Select<T extends string>({
  id,
  label,
  value,
  options,
  placeholder = 'Choose',
  invalid,
  onChange,
  className,
  'aria-describedby': note,
}: SelectProps<T>) {
  const trigger = useRef<HTMLButtonElement>(null);
  // The button that stood here had the focus and is gone: what is typed before the list has it is not lost.
  useLayoutEffect(() => {
    if (document.activeElement === document.body) trigger.current?.focus({ preventScroll: true });
  }, []);
  const [open, setOpen] = useState(true);
  const isDone = useRef(false);
  // At once, and not when the list has faded: Tab right after the choice goes on to the next field. An effect, because the list
  // gives the focus to its chosen option as it closes.
  useEffect(() => {
    if (!open && isDone.current) trigger.current?.focus();
  }, [open]);
  return (
    <Base.Root
      items={options}
      onOpenChange={(next, { reason }) => {
        isDone.current = reason === 'item-press' || reason === 'escape-key';
        setOpen(next);
      }}
      open={open}
      onValueChange={(next) => next !== null && onChange(next as T)}
      value={value}
    >
      <Base.Trigger
        aria-invalid={invalid || undefined}
        aria-label={label}
        aria-describedby={note}
        className={cx(selectLook, className)}
        id={id}
        ref={trigger}
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
