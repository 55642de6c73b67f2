// A small panel at a control, as it is once it is wanted. Not for: importing from pages (ui/popover).
import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement } from 'react';
import { cx } from '@/lib/cx';
import type { PopoverProps } from '../popover';
import { popup } from '../popup';

export function Popover({
  trigger,
  label,
  children,
  align = 'start',
  className,
  open,
  onOpenChange,
  defaultOpen,
}: PopoverProps) {
  return (
    <Base.Root defaultOpen={defaultOpen} onOpenChange={onOpenChange} open={open}>
      <Base.Trigger render={trigger as ReactElement<Record<string, unknown>>} />
      <Base.Portal>
        <Base.Positioner align={align} className="z-50" sideOffset={4}>
          <Base.Popup aria-label={label} className={cx(popup, className)}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
