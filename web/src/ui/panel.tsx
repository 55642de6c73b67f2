// A panel: hairline, title row, content. Not for: floating things. Invariant: its title is a heading that names its region.
import { type ReactNode, useId } from 'react';
import { cx } from '@/lib/cx';

interface Props {
  title: ReactNode;
  /** Beside the title, quieter. */
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
  /** Without padding: the content has rows of its own. */
  flush?: boolean;
}

export function Panel({ title, note, actions, children, className, flush }: Props) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={cx('flex min-w-0 flex-col rounded-panel border border-line bg-surface', className)}
    >
      <header className="flex min-h-11 items-center gap-2 border-b border-line px-4 narrow:flex-wrap narrow:py-1.5">
        <h2 className="font-semibold" id={id}>
          {title}
        </h2>
        {note ? <span className="min-w-0 truncate text-xs text-ink-3">{note}</span> : null}
        {actions ? (
          <div className="ms-auto flex min-w-0 items-center gap-1 narrow:flex-wrap" data-print="no">
            {actions}
          </div>
        ) : null}
      </header>
      <div className={cx('min-h-0 flex-1', !flush && 'p-4')}>{children}</div>
    </section>
  );
}
