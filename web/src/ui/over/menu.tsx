// Menus of actions, as they are once they are wanted. Not for: importing from pages (ui/menu).
import { Menu as Base } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import type { ReactElement } from 'react';
import { cx } from '@/lib/cx';
import { Keys } from '../kbd';
import type { MenuAtProps, MenuCheckProps, MenuGroupProps, MenuItemProps, MenuProps, MenuRadioProps } from '../menu';
import { groupLabel, item, popup, separator } from '../popup';

export function Menu({ trigger, children, align = 'start', side = 'bottom', className, defaultOpen }: MenuProps) {
  return (
    <Base.Root defaultOpen={defaultOpen}>
      <Base.Trigger render={trigger as ReactElement<Record<string, unknown>>} />
      <Base.Portal>
        <Base.Positioner align={align} className="z-50" side={side} sideOffset={4}>
          <Base.Popup className={cx(popup, 'min-w-48', className)}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuAt({ anchor, label, onClose, children }: MenuAtProps) {
  return (
    <Base.Root defaultOpen onOpenChange={(open) => open || onClose()} open>
      <Base.Portal>
        <Base.Positioner align="end" anchor={anchor} className="z-50" sideOffset={4}>
          <Base.Popup aria-label={label} className={cx(popup, 'max-h-[70vh] min-w-52 overflow-y-auto')}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({ children, icon, keys, danger, disabledReason, onSelect }: MenuItemProps) {
  return (
    <Base.Item className={cx(item, danger && 'text-crit')} disabled={Boolean(disabledReason)} onClick={onSelect}>
      {icon}
      <span className="flex-1">
        {children}
        {disabledReason ? <span className="block text-xs text-ink-3">{disabledReason}</span> : null}
      </span>
      {keys ? <Keys keys={keys} /> : null}
    </Base.Item>
  );
}

export function MenuCheck({ children, checked, onChange }: MenuCheckProps) {
  return (
    <Base.CheckboxItem checked={checked} className={item} closeOnClick={false} onCheckedChange={onChange}>
      <span className="flex size-4 items-center justify-center">
        <Base.CheckboxItemIndicator>
          <Check className="text-accent-ink" size={14} />
        </Base.CheckboxItemIndicator>
      </span>
      <span className="flex-1">{children}</span>
    </Base.CheckboxItem>
  );
}

export function MenuRadio({ label, value, options, onChange }: MenuRadioProps) {
  return (
    <Base.RadioGroup onValueChange={onChange} value={value}>
      <Base.GroupLabel className={groupLabel}>{label}</Base.GroupLabel>
      {options.map((option) => (
        <Base.RadioItem className={item} closeOnClick={false} key={option.value} value={option.value}>
          <span className="flex size-4 items-center justify-center">
            <Base.RadioItemIndicator>
              <Check className="text-accent-ink" size={14} />
            </Base.RadioItemIndicator>
          </span>
          {option.label}
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}

export function MenuGroup({ label, children }: MenuGroupProps) {
  return (
    <Base.Group>
      <Base.GroupLabel className={groupLabel}>{label}</Base.GroupLabel>
      {children}
    </Base.Group>
  );
}

export const MenuSeparator = () => <Base.Separator className={separator} />;
