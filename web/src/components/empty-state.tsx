// Nothing to show, and why: nothing yet, nothing that matches, or nothing that the reader may see. With the next step.
import type { ReactNode } from 'react';

export function EmptyState({
  icon,
  title,
  children,
  actions,
}: {
  icon?: ReactNode;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="max-w-130 p-8">
      {icon ? <div className="mb-3 text-ink-3">{icon}</div> : null}
      <h2 className="text-lg font-semibold">{title}</h2>
      <div className="mt-1 text-ink-2">{children}</div>
      {actions ? <div className="mt-4 flex flex-wrap items-center gap-2">{actions}</div> : null}
    </div>
  );
}
