// The views of the list as tabs: those that always are, the reader's own and those of teams, and the one that is not saved.
// Not for: changing them (view-menu.tsx). Invariant: a view is its filters, order, columns and density; whatever differs is unsaved.
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { certificateGrammar, everything } from '@/lib/certificate-grammar';
import { filtersOf, toQuery, toSearch } from '@/lib/list-grammar';
import { type Search, stringifySearch } from '@/lib/search';
import { Count } from '@/ui/chip';
import { Tabs } from '@/ui/tabs';

export type SavedView = Schemas['View'];

export interface View {
  key: string;
  label: string;
  search: Search;
  count?: 'neutral' | 'crit';
  /** As it is on the server; absent for those that always are. */
  saved?: SavedView;
}

/** Up to which lifetime a certificate counts as short-lived: the boundary at which renewal begins at half of it. */
const SHORT = '..10d';

export const builtIn: readonly View[] = [
  { key: 'all', label: 'All', search: {} },
  { key: 'attention', label: 'Needs attention', search: { status: 'expired,failing,unverified' }, count: 'crit' },
  { key: 'due', label: 'Renewal due', search: { status: 'due' }, count: 'neutral' },
  { key: 'unverified', label: 'Not verified live', search: { status: 'unverified' }, count: 'neutral' },
  { key: 'unowned', label: 'Unowned', search: { owner: 'none' } },
  { key: 'short', label: 'Short-lived', search: { lifetime: SHORT } },
  { key: 'archived', label: 'Archived', search: { archived: 'true' } },
];

function TabLabel({ view }: { view: View }) {
  const { sort: _, ...query } = toQuery(certificateGrammar, view.search).query;
  const total = useQuery({
    ...q('/certificates', { query: { ...query, limit: 1, total: true } as never }),
    enabled: view.count !== undefined,
    select: (page) => page.total ?? 0,
  }).data;
  return (
    <>
      {view.label}
      {view.count && total ? <Count tone={view.count} value={total} /> : null}
    </>
  );
}

/** What makes a view. */
const essence = ({ sort, cols, density, ...rest }: Search) =>
  stringifySearch({
    ...filtersOf(certificateGrammar, rest),
    ...(sort ? { sort } : {}),
    ...(cols ? { cols } : {}),
    ...(density ? { density } : {}),
  });

export const savedView = (saved: SavedView): View => ({
  key: saved.id,
  label: saved.name,
  saved,
  search: {
    ...toSearch(certificateGrammar, { ...saved.filter, ...(saved.sort ? { sort: saved.sort } : {}) }),
    ...(saved.columns.length > 0 ? { cols: saved.columns.join() } : {}),
    ...(saved.density ? { density: saved.density } : {}),
    view: saved.id,
  },
});

export function useViews(): readonly View[] {
  const saved = useQuery(q('/views', { query: { noun: 'certificates' } })).data?.items ?? [];
  return [...builtIn, ...saved.map(savedView)];
}

export interface Standing {
  /** The view that is shown as it is. */
  current: View | undefined;
  /** The view that what is shown began from. */
  base: View | undefined;
}

/** Which view a search is, or from which it began. */
export function standingOf(views: readonly View[], search: Search): Standing {
  const same = views.filter((view) => essence(view.search) === essence(search));
  const base = views.find((view) => view.key === search.view);
  return { current: (base && same.includes(base) ? base : undefined) ?? same[0], base };
}

export function ViewTabs({ search, views }: { search: Search; views: readonly View[] }) {
  const { current } = standingOf(views, search);
  const tabs = views.map((view) => ({
    key: view.key,
    label: <TabLabel view={view} />,
    // An address that says nothing is the one that the list opens with.
    to: { to: '/certificates', search: (view.key === 'all' ? everything() : view.search) as never },
    active: view === current,
  }));
  if (current === undefined)
    tabs.push({
      key: 'unsaved',
      label: <em>Unsaved view</em>,
      to: { to: '/certificates', search: search as never },
      active: true,
    });
  return <Tabs className="flex-1 narrow:basis-full" label="Views" tabs={tabs} />;
}
