// The views of the list as tabs: those that always are, the reader's own and those of teams, and the one that is not saved.
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';
import { certificateGrammar } from '@/lib/certificate-grammar';
import { filtersOf, toQuery, toSearch } from '@/lib/list-grammar';
import { type Search, stringifySearch } from '@/lib/search';
import { Count } from '@/ui/chip';
import { Tabs } from '@/ui/tabs';

interface View {
  key: string;
  label: string;
  search: Search;
  count?: 'neutral' | 'crit';
}

export const builtIn: readonly View[] = [
  { key: 'all', label: 'All', search: {} },
  { key: 'attention', label: 'Needs attention', search: { status: 'expired,failing,unverified' }, count: 'crit' },
  { key: 'due', label: 'Renewal due', search: { status: 'due' }, count: 'neutral' },
  { key: 'unverified', label: 'Not verified live', search: { status: 'unverified' }, count: 'neutral' },
  { key: 'unowned', label: 'Unowned', search: { owner: 'none' } },
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

/** Filters and order: what makes a view. */
const essence = (search: Search) =>
  stringifySearch({ ...filtersOf(certificateGrammar, search), ...(search.sort ? { sort: search.sort } : {}) });

export function useViews() {
  const saved = useQuery(q('/views', { query: { noun: 'certificates' } })).data?.items ?? [];
  return [
    ...builtIn,
    ...saved.map(
      (view): View => ({
        key: view.id,
        label: view.name,
        search: {
          ...toSearch(certificateGrammar, { ...view.filter, ...(view.sort ? { sort: view.sort } : {}) }),
          ...(view.columns.length > 0 ? { cols: view.columns.join() } : {}),
          view: view.id,
        },
      }),
    ),
  ];
}

export function ViewTabs({ search, views }: { search: Search; views: readonly View[] }) {
  const current =
    views.find(
      (view) => essence(view.search) === essence(search) && (view.search.view ?? search.view) === search.view,
    ) ?? views.find((view) => essence(view.search) === essence(search));
  const tabs = views.map((view) => ({
    key: view.key,
    label: <TabLabel view={view} />,
    to: { to: '/certificates', search: view.search as never },
    active: view === current,
  }));
  if (current === undefined)
    tabs.push({
      key: 'unsaved',
      label: <em>Unsaved view</em>,
      to: { to: '/certificates', search: search as never },
      active: true,
    });
  return <Tabs className="flex-1" label="Views" tabs={tabs} />;
}
