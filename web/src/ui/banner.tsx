// A word across a panel or a page, with what to do about it. Not for: what passes by (toast.tsx).
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';
import type { Tone } from '@/lib/tokens';

const tones: Record<Tone, string> = {
  ok: 'bg-ok-soft text-ink',
  warn: 'bg-warn-soft text-ink',
  crit: 'bg-crit-soft text-ink',
  info: 'bg-info-soft text-ink',
  neutral: 'bg-fill text-ink',
};

export function Banner({
  tone,
  icon,
  children,
  actions,
  className,
}: {
  tone: Tone;
  icon?: ReactNode;
  children: ReactNode;
  actions?: ReactNode;
  className?: string;
}) {
  return (
    <div className={cx('flex min-h-10 items-center gap-3 px-4 py-1.5 text-sm', tones[tone], className)}>
      {icon}
      <div className="min-w-0 flex-1">{children}</div>
      {actions}
    </div>
  );
}
