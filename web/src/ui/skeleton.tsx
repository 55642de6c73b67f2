// The shape of what comes, after 200 ms of nothing. Not for: grids (their cells do not move). Invariant: same height as the content.
import { type ReactNode, useEffect, useState } from 'react';
import { cx } from '@/lib/cx';

export const Skeleton = ({ className }: { className?: string }) => (
  <span aria-hidden="true" className={cx('pulsing block h-2.5 rounded-chip bg-fill', className)} />
);

/** Shows its children only when the wait is longer than `ms`; keeps the place meanwhile. */
export function After({ ms = 200, children }: { ms?: number; children: ReactNode }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return <div className={shown ? undefined : 'invisible'}>{children}</div>;
}

export function SkeletonRows({ rows, className = 'h-10' }: { rows: number; className?: string }) {
  return (
    <After>
      <div className="divide-y divide-line">
        {Array.from({ length: rows }, (_, row) => (
          <div className={cx('flex items-center gap-6 px-4', className)} key={row.toString()}>
            <Skeleton className={['w-32', 'w-24', 'w-40', 'w-28'][row % 4]} />
            <Skeleton className="w-16" />
            <Skeleton className="ms-auto w-20" />
          </div>
        ))}
      </div>
    </After>
  );
}
