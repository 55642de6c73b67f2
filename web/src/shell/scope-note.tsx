// Says on pages of what is everybody's that the chosen team does not limit them, and what of the address is not known.
import { useRouterState, useSearch } from '@tanstack/react-router';
import { useNames } from '@/api/caller';
import { isShared, teamIn, unknownScope } from '@/lib/scope';
import type { Search } from '@/lib/search';
import { Banner } from '@/ui/banner';

export function ScopeNote() {
  const search = useSearch({ strict: false }) as Search;
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname ?? state.location.pathname });
  const nameOf = useNames();
  const unknown = unknownScope(search);
  if (unknown)
    return (
      <Banner className="border-b border-line px-5" tone="warn">
        Ignored: {unknown}
      </Banner>
    );
  const team = teamIn(search);
  if (team === undefined || !isShared(path)) return null;
  return (
    <p className="shrink-0 border-b border-line bg-sunken px-5 py-1.5 text-xs text-ink-2" data-print="no">
      This page is of all teams. Counts of certificates and jobs on it are of {nameOf(team)} only.
    </p>
  );
}
