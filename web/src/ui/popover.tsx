// A small panel at a control. Not for: actions (menu.tsx). Invariant: until it is opened there is only its button.
import { cloneElement, type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { loaded, loadOver, opens, useOverSoon, withOver } from './over/load';

export interface PopoverProps {
  trigger: ReactElement;
  /** What the panel is called. */
  label: string;
  children: ReactNode;
  align?: 'start' | 'center' | 'end';
  className?: string;
  open?: boolean;
  defaultOpen?: boolean;
  onOpenChange?: (open: boolean) => void;
}

export function Popover(props: PopoverProps) {
  const { open = false, onOpenChange } = props;
  const [wanted, setWanted] = useState(false);
  useOverSoon();
  useEffect(() => {
    if (open) withOver(() => setWanted(true));
  }, [open]);
  const show = () =>
    withOver(() => {
      setWanted(true);
      onOpenChange?.(true);
    });
  const Real = wanted ? loaded()?.Popover : undefined;
  if (Real) return <Real {...props} defaultOpen={props.open === undefined} />;
  return cloneElement(props.trigger as ReactElement<Record<string, unknown>>, {
    'aria-expanded': false,
    'aria-haspopup': 'dialog',
    onClick: show,
    onKeyDown: (event: React.KeyboardEvent) => {
      if (!opens(event)) return;
      event.preventDefault();
      show();
    },
    onPointerEnter: () => void loadOver().catch(() => undefined),
  });
}
