// Menus of actions. Not for: choosing a value (select.tsx) or filtering (filter-menu.tsx).
// Invariants: an action that may not be done now stays in the menu and gives its reason; until a menu is opened there is only
// its button, so that a list of many rows has no menus it does not need, and the first load does not have their code.
import { cloneElement, type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { loaded, loadOver, opens, useOverSoon, withOver } from './over/load';

export interface MenuProps {
  trigger: ReactElement;
  children: ReactNode;
  align?: 'start' | 'center' | 'end';
  side?: 'top' | 'bottom' | 'right';
  defaultOpen?: boolean;
  className?: string;
}

export function Menu({ defaultOpen = false, ...props }: MenuProps) {
  const [wanted, setWanted] = useState(false);
  useOverSoon();
  const show = () => withOver(() => setWanted(true));
  useEffect(() => {
    if (defaultOpen) withOver(() => setWanted(true));
  }, [defaultOpen]);
  const Real = wanted ? loaded()?.Menu : undefined;
  if (Real) return <Real {...props} defaultOpen />;
  const trigger = props.trigger as ReactElement<React.ComponentProps<'button'>>;
  return cloneElement(trigger as ReactElement<Record<string, unknown>>, {
    'aria-expanded': false,
    'aria-haspopup': 'menu',
    onClick: show,
    onKeyDown: (event: React.KeyboardEvent<HTMLButtonElement>) => {
      trigger.props.onKeyDown?.(event);
      if (event.defaultPrevented || !opens(event)) return;
      event.preventDefault();
      show();
    },
    onPointerEnter: () => void loadOver().catch(() => undefined),
  });
}

export interface MenuAtProps {
  /** Where it opens. */
  anchor: Element;
  /** What it is called. */
  label: string;
  onClose: () => void;
  children: ReactNode;
}

/** A menu that is open as long as it is drawn, for what opens it by more than its button. */
export function MenuAt(props: MenuAtProps) {
  const [, setHere] = useState(false);
  useEffect(() => withOver(() => setHere(true)), []);
  const Real = loaded()?.MenuAt;
  return Real ? <Real {...props} /> : null;
}

export interface MenuItemProps {
  children: ReactNode;
  icon?: ReactNode;
  keys?: string;
  danger?: boolean;
  disabledReason?: string | null | false;
  onSelect: () => void;
}

export interface MenuCheckProps {
  children: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export interface MenuRadioProps {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}

export interface MenuGroupProps {
  label: string;
  children: ReactNode;
}

// These stand in open menus only, so their code is there.
export function MenuItem(props: MenuItemProps) {
  const Real = loaded()?.MenuItem;
  return Real ? <Real {...props} /> : null;
}

export function MenuCheck(props: MenuCheckProps) {
  const Real = loaded()?.MenuCheck;
  return Real ? <Real {...props} /> : null;
}

export function MenuRadio(props: MenuRadioProps) {
  const Real = loaded()?.MenuRadio;
  return Real ? <Real {...props} /> : null;
}

export function MenuGroup(props: MenuGroupProps) {
  const Real = loaded()?.MenuGroup;
  return Real ? <Real {...props} /> : null;
}

export function MenuSeparator() {
  const Real = loaded()?.MenuSeparator;
  return Real ? <Real /> : null;
}
