// Nothing to show, and why: nothing yet, nothing that matches, or nothing that the reader may see. With the next step.
import { Link, useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useNames } from '@/api/caller';
import { currentTeam, isShared } from '@/lib/scope';

/** There may be more: only one team's is looked at. */
function OfOneTeam({ team }: { team: string }) {
  const nameOf = useNames();
  const { pathname, search } = useLocation();
  if (isShared(pathname)) return null;
  return (
    <p className="mt-2 text-ink-2">
      Only what is of {nameOf(team)} is shown.{' '}
      <Link className="rounded-chip text-accent-ink hover:underline" search={{ ...search, scope: '' } as never} to=".">
        Look at all teams
      </Link>
    </p>
  );
}

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
  const team = currentTeam();
  return (
    <div className="max-w-130 p-8">
      {icon ? <div className="mb-3 text-ink-3">{icon}</div> : null}
      <h2 className="text-lg font-semibold">{title}</h2>
      <div className="mt-1 text-ink-2">{children}</div>
      {team === undefined ? null : <OfOneTeam team={team} />}
      {actions ? <div className="mt-4 flex flex-wrap items-center gap-2">{actions}</div> : null}
    </div>
  );
}
