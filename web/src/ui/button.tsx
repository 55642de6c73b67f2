// Buttons. Not for: going somewhere (link.tsx, or `ButtonLink` here, which looks like one and is a link).
// Invariants: an icon-only button has a name by type; a button that may not be used says why and stays focusable.
import { Button as Base } from '@base-ui/react/button';
import { Link, type LinkProps } from '@tanstack/react-router';
import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from '@/lib/cx';
import { Tooltip } from './tooltip';

const look = cva(
  'inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-control font-medium transition-colors duration-100 aria-disabled:opacity-50 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-accent text-on-accent not-aria-disabled:hover:bg-accent-hover',
        outline: 'border border-line-strong bg-surface text-ink not-aria-disabled:hover:bg-fill',
        ghost:
          'text-ink-2 not-aria-disabled:hover:bg-fill not-aria-disabled:hover:text-ink data-popup-open:bg-fill data-pressed:bg-fill-strong data-pressed:text-ink',
        danger: 'bg-danger text-on-accent not-aria-disabled:hover:brightness-110',
        'danger-ghost': 'text-crit not-aria-disabled:hover:bg-crit-soft',
      },
      size: { md: 'h-8 px-3 text-sm', sm: 'h-7 px-2.5 text-xs', icon: 'size-8', 'icon-sm': 'size-6' },
    },
    defaultVariants: { variant: 'outline', size: 'md' },
  },
);

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled'>, VariantProps<typeof look> {
  /** Why it may not be used now; absent when it may. */
  disabledReason?: string | false | null;
  /** Work under way: keeps its width, cannot be pressed again. */
  busy?: boolean;
  icon?: ReactNode;
}

export function Button({ variant, size, disabledReason, busy, icon, className, children, ...rest }: ButtonProps) {
  const off = Boolean(disabledReason) || busy === true;
  const button = (
    <Base
      {...rest}
      aria-busy={busy || undefined}
      aria-description={disabledReason || undefined}
      className={cx(look({ variant, size }), className)}
      disabled={off}
      focusableWhenDisabled
    >
      {icon}
      <span className={busy ? 'pulsing' : undefined}>{children}</span>
    </Base>
  );
  return disabledReason ? <Tooltip text={disabledReason}>{button}</Tooltip> : button;
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'size'> {
  /** Its name, also its tooltip. */
  label: string;
  size?: 'icon' | 'icon-sm';
  /** A key that does the same, printed in the tooltip. */
  keys?: string;
}

export function IconButton({
  label,
  size = 'icon',
  variant = 'ghost',
  disabledReason,
  busy,
  icon,
  keys,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip keys={keys} text={disabledReason || label}>
      <Base
        {...rest}
        aria-description={disabledReason || undefined}
        aria-label={label}
        className={cx(look({ variant, size }), className)}
        disabled={Boolean(disabledReason) || busy === true}
        focusableWhenDisabled
      >
        {icon}
      </Base>
    </Tooltip>
  );
}

export function ButtonLink({
  variant,
  size,
  icon,
  children,
  className,
  ...to
}: LinkProps & VariantProps<typeof look> & { icon?: ReactNode; children: ReactNode; className?: string }) {
  return (
    <Link {...to} className={cx(look({ variant, size }), className)}>
      {icon}
      <span>{children}</span>
    </Link>
  );
}
