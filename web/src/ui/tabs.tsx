// Tabs that are pages: each has its URL. Not for: switching inside of a panel (segmented.tsx).
import { Link, type LinkProps } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { cx } from '@/lib/cx';

export interface Tab {
  key: string;
  label: ReactNode;
  to: LinkProps;
  active: boolean;
}

export function Tabs({ label, tabs, className }: { label: string; tabs: readonly Tab[]; className?: string }) {
  const nav = useRef<HTMLElement>(null);
  const active = tabs.find((tab) => tab.active)?.key;
  // Of many tabs the one that is open is in sight.
  useEffect(() => {
    if (active === undefined) return;
    // Once what stands beside the tabs has taken its place.
    const frame = requestAnimationFrame(() =>
      nav.current?.querySelector('[data-open]')?.scrollIntoView?.({ inline: 'nearest', block: 'nearest' }),
    );
    return () => cancelAnimationFrame(frame);
  }, [active]);
  return (
    <nav ref={nav} aria-label={label} className={cx('flex min-w-0 items-stretch gap-5 overflow-x-auto', className)}>
      {tabs.map((tab) => (
        <Link
          {...tab.to}
          aria-current={tab.active ? 'page' : undefined}
          data-open={tab.active || undefined}
          className={cx(
            'flex h-11 shrink-0 items-center gap-1.5 border-b-2 px-0.5',
            tab.active ? 'border-accent-ink font-semibold text-ink' : 'border-transparent text-ink-2 hover:text-ink',
          )}
          key={tab.key}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
