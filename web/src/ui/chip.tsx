// Small words in a box: an environment, a tag, a kind. And counts. Not for: a status (StatusText).
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';
import { number } from '@/lib/words';

export const Chip = ({ children, className }: { children: ReactNode; className?: string }) => (
  <span
    className={cx('inline-flex h-5 max-w-full items-center rounded-chip bg-fill px-1.5 text-xs text-ink-2', className)}
  >
    <span className="truncate">{children}</span>
  </span>
);

const counts = {
  neutral: 'bg-fill text-ink-3',
  accent: 'bg-accent-soft text-accent-ink',
  crit: 'bg-crit-soft text-crit',
};

export const Count = ({
  value,
  tone = 'neutral',
  className,
}: {
  value: number;
  tone?: keyof typeof counts;
  className?: string;
}) => (
  <span
    className={cx(
      'nums inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-full px-1.5 text-2xs',
      counts[tone],
      className,
    )}
  >
    {number(value)}
  </span>
);
