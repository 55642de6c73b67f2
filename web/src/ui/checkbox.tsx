// A checkbox: 16 px drawn, 32 px to hit. Native, because lists have thousands. Not for: settings that act at once (a switch).
import { type ComponentProps, useCallback } from 'react';
import { cx } from '@/lib/cx';

interface Props extends Omit<ComponentProps<'input'>, 'type'> {
  label: string;
  indeterminate?: boolean;
}

export function Checkbox({ label, indeterminate = false, className, ...rest }: Props) {
  const ref = useCallback(
    (input: HTMLInputElement | null) => {
      if (input !== null) input.indeterminate = indeterminate;
    },
    [indeterminate],
  );
  return (
    <span className={cx('relative inline-flex size-4 shrink-0 items-center justify-center', className)}>
      <input
        {...rest}
        aria-label={label}
        className="peer size-4 appearance-none rounded-chip border border-control-line bg-surface before:absolute before:-inset-2 before:content-[''] checked:border-accent checked:bg-accent indeterminate:border-accent indeterminate:bg-accent"
        ref={ref}
        type="checkbox"
      />
      <svg
        aria-hidden="true"
        className="pointer-events-none absolute size-4 fill-none stroke-on-accent stroke-2 opacity-0 peer-checked:opacity-100 peer-indeterminate:opacity-0"
        viewBox="0 0 16 16"
      >
        <path d="m4 8.3 2.7 2.7L12 5.4" />
      </svg>
      <svg
        aria-hidden="true"
        className="pointer-events-none absolute size-4 fill-none stroke-on-accent stroke-2 opacity-0 peer-indeterminate:opacity-100"
        viewBox="0 0 16 16"
      >
        <path d="M4.5 8h7" />
      </svg>
    </span>
  );
}
