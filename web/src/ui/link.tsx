// Links of the text. Not for: buttons. Invariant: an inner link goes through the router, so it is preloaded and has its own URL.
import { type LinkProps, Link as RouterLink } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';

export function TextLink({ children, className, ...to }: LinkProps & { children: ReactNode; className?: string }) {
  return (
    <RouterLink {...to} className={cx('rounded-chip text-accent-ink underline-offset-2 hover:underline', className)}>
      {children}
    </RouterLink>
  );
}
