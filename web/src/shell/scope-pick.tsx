// The team that all pages are limited to, at the top of the sidebar. Not for: what a reader may see at all (their scope of rights).
// Invariant: what is chosen is in the address of every page from then on, and is remembered for the reader. It is there from the
// first picture on, also where there is no team yet, so that the places below it stay where they are.
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ChevronsUpDown } from 'lucide-react';
import { teamsQuery, useCaller, useNames } from '@/api/caller';
import { remember } from '@/api/preferences';
import { scopeOf, teamIn } from '@/lib/scope';
import type { Search } from '@/lib/search';
import { and } from '@/lib/words';
import { Menu, MenuRadio } from '@/ui/menu';
import { complain } from '@/ui/toast';

const ALL = '';

function useTeams(): readonly { id: string; name: string }[] {
  const { permissions, scope } = useCaller();
  const nameOf = useNames();
  const all = useQuery({ ...teamsQuery(), enabled: permissions.includes('config.read') }).data?.items;
  const own = scope?.team_ids ?? [];
  if (all === undefined) return own.map((id) => ({ id, name: nameOf(id) }));
  return all.filter(({ id }) => own.length === 0 || own.includes(id)).map(({ id, name }) => ({ id, name }));
}

export function ScopePick() {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const nameOf = useNames();
  const { scope } = useCaller();
  const teams = useTeams();
  const team = teamIn(search);
  // Who may see some teams or environments only does not see all.
  const all = and([...(scope?.team_ids ?? []).map(nameOf), ...(scope?.environments ?? [])]) || 'All teams';
  const label = team === undefined ? all : nameOf(team);
  const choose = (next: string) => {
    const chosen = next === ALL ? undefined : scopeOf(next);
    // A filter by team would be of the scope before.
    const { team: _, peek: __, ...rest } = search;
    void navigate({ to: '.', search: { ...rest, scope: chosen ?? '' } as never });
    remember({ scope: chosen ?? null }).catch((error: unknown) => complain('Your choice is not remembered', error));
  };
  return (
    <div className="px-2 pb-3 rail:px-2.5">
      <Menu
        className="max-h-[60vh] w-50 overflow-y-auto"
        trigger={
          <button
            aria-label={`Team: ${label}`}
            className="flex h-8 w-full items-center gap-2 rounded-control border border-line-strong bg-surface px-2.5 text-start hover:border-ink-3 rail:justify-center rail:px-0"
            title={team === undefined ? 'What all pages show' : `All pages are limited to ${label}`}
            type="button"
          >
            <span aria-hidden="true" className="size-2 shrink-0 rounded-[2px] bg-accent" />
            <span className="min-w-0 flex-1 truncate rail:sr-only">{label}</span>
            <ChevronsUpDown aria-hidden="true" className="shrink-0 text-ink-3 rail:hidden" size={14} />
          </button>
        }
      >
        <MenuRadio
          label="Limit all pages to"
          onChange={choose}
          options={[{ value: ALL, label: all }, ...teams.map(({ id, name }) => ({ value: id, label: name }))]}
          value={team ?? ALL}
        />
      </Menu>
    </div>
  );
}
