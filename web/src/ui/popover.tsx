// A small panel at a control. Not for: actions (menu.tsx).
import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';
import { cx } from '@/lib/cx';
import { popup } from './popup';

interface Props {
  trigger: ReactElement;
  children: ReactNode;
  align?: 'start' | 'center' | 'end';
  className?: string;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

export function Popover({ trigger, children, align = 'start', className, open, onOpenChange }: Props) {
  return (
    <Base.Root onOpenChange={onOpenChange} open={open}>
      <Base.Trigger render={trigger as ReactElement<Record<string, unknown>>} />
      <Base.Portal>
        <Base.Positioner align={align} className="z-50" sideOffset={4}>
          <Base.Popup className={cx(popup, className)}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
