// All routes: path, what is loaded for it, and the lazily loaded page. A page that is not built is not here, and so has no
// entry in the navigation. To add one: its folder under routes/, and a line in `pages` below.
// Not for: what a page shows. Invariants: loaders stand here, in the eager part, so that code and data load together;
// the query string is read and written by lib/search.ts alone.
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  isRedirect,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { callerQuery } from '@/api/caller';
import { q } from '@/api/client';
import { ApiError } from '@/api/error';
import { usualScope } from '@/api/preferences';
import { startView } from '@/lib/prefs';
import { keepScope } from '@/lib/scope';
import { parseSearch, type Search, stringifySearch } from '@/lib/search';
import { PageError } from '@/shell/crash';
import { NotFound } from '@/shell/not-found';
import { Shell } from '@/shell/shell';

interface Context {
  queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  validateSearch: (search) => search as Search,
  search: { middlewares: [keepScope] },
});

const outside = [
  createRoute({
    getParentRoute: () => root,
    path: '/sign-in',
    component: lazyRouteComponent(() => import('@/routes/sign-in/page'), 'SignInPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/welcome',
    component: lazyRouteComponent(() => import('@/routes/welcome/page'), 'WelcomePage'),
  }),
  // The link that a new server prints.
  createRoute({
    getParentRoute: () => root,
    path: '/setup',
    component: lazyRouteComponent(() => import('@/routes/welcome/page'), 'WelcomePage'),
  }),
];

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  notFoundComponent: NotFound,
  beforeLoad: async ({ context, location }) => {
    // A bare address that the console is begun with is looked at as the reader last chose; any other says itself what it shows.
    const usual = isDrawn() || location.searchStr !== '' ? undefined : usualScope(context.queries);
    try {
      await context.queries.ensureQueryData(callerQuery());
      const scope = await usual;
      if (scope) throw redirect({ to: location.pathname, search: { scope } as never, replace: true });
    } catch (error) {
      if (isRedirect(error)) throw error;
      if (ApiError.of(error).status !== 401) throw error;
      const info = await context.queries.fetchQuery(q('/auth/info'));
      if (info.setup_open) throw redirect({ to: '/welcome' });
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
    }
  },
});

const isDrawn = () => document.getElementById('root')?.hasChildNodes() ?? true;

type Load = (queries: QueryClient, search: Search, params: Record<string, string>) => unknown;

const SOON_MS = 250;

/** What a page is about, when that is there soon: then the first picture of all is the whole one. Later nothing waits for it: the
 * page shows what it has. */
function soon(work: Promise<unknown>): Promise<unknown> | undefined {
  return isDrawn() ? undefined : Promise.race([work, new Promise((done) => setTimeout(done, SOON_MS))]);
}

/** A page inside of the shell. `load` begins what it needs, and returns what the first picture waits for: the object of a detail
 * page, the first rows of a list if they come `soon`. */
function page<M extends Record<string, unknown>>(
  path: string,
  module: () => Promise<M>,
  name: keyof M & string,
  load?: Load,
  /** Where an address without a query leads instead. */
  instead?: () => Search | null,
) {
  return createRoute({
    getParentRoute: () => shell,
    path,
    component: lazyRouteComponent(module, name),
    beforeLoad: ({ search, location }) => {
      const other = location.pathname === path && Object.keys(search).length === 0 ? instead?.() : null;
      if (other) throw redirect({ to: path, search: other as never, replace: true });
    },
    loaderDeps: ({ search }) => search,
    loader: ({ context, deps, params }) => load?.(context.queries, deps as Search, params as Record<string, string>),
  });
}

const prefetchApprovals: Load = (queries) => {
  void queries.prefetchQuery(q('/approvals', { query: { limit: 200, total: true } }));
  void queries.prefetchQuery(q('/confirmations', { query: { state: 'waiting', limit: 100 } }));
};

const pages = [
  page(
    '/',
    () => import('@/routes/overview/page'),
    'OverviewPage',
    (queries) => {
      const needs = queries.prefetchQuery(q('/needs', { query: { limit: 200 } }));
      const summary = queries.prefetchQuery(q('/stats/summary'));
      return soon(Promise.all([needs, summary]));
    },
  ),
  page(
    '/certificates',
    () => import('@/routes/certificates/page'),
    'CertificatesPage',
    (queries, search) => soon(import('@/routes/certificates/page').then((module) => module.begin(queries, search))),
    startView,
  ),
  page('/certificates/new', () => import('@/routes/request/page'), 'RequestPage'),
  page(
    '/certificates/$id/{-$tab}',
    () => import('@/routes/certificate/page'),
    'CertificatePage',
    (queries, _search, { id = '' }) => {
      void queries.prefetchQuery(q('/certificates/{id}/timeline', { path: { id }, query: { limit: 50 } }));
      void queries.prefetchQuery(q('/certificates/{id}/deployments', { path: { id }, query: { limit: 200 } }));
      void import('@/routes/certificate/data').then((module) => queries.prefetchQuery(module.versionsQuery(id)));
      return queries.prefetchQuery(q('/certificates/{id}', { path: { id } }));
    },
  ),
  page(
    '/jobs',
    () => import('@/routes/jobs/page'),
    'JobsPage',
    (queries, search) => soon(import('@/routes/jobs/page').then((module) => module.begin(queries, search))),
  ),
  page('/approvals', () => import('@/routes/approvals/page'), 'ApprovalsPage', prefetchApprovals),
  page('/approvals/$id', () => import('@/routes/approvals/page'), 'ApprovalsPage', prefetchApprovals),
  page(
    '/jobs/$id',
    () => import('@/routes/job/page'),
    'JobPage',
    (queries, _search, { id = '' }) => queries.prefetchQuery(q('/jobs/{id}', { path: { id } })),
  ),
  page(
    '/agents',
    () => import('@/routes/agents/page'),
    'AgentsPage',
    (queries, search) => {
      const fleet = queries.prefetchQuery(q('/stats/fleet'));
      return soon(
        search.tab === 'fleet' ? fleet : import('@/routes/agents/page').then((module) => module.begin(queries, search)),
      );
    },
  ),
  page('/agents/enrol', () => import('@/routes/agent-enrol/page'), 'AgentEnrolPage'),
  page(
    '/agents/$id',
    () => import('@/routes/agent/page'),
    'AgentPage',
    (queries, _, { id = '' }) => void queries.prefetchQuery(q('/agents/{id}', { path: { id } })),
  ),
  page(
    '/targets',
    () => import('@/routes/targets/page'),
    'TargetsPage',
    (queries, search) => soon(import('@/routes/targets/page').then((module) => module.begin(queries, search))),
  ),
  page(
    '/targets/new',
    () => import('@/routes/target-new/page'),
    'TargetNewPage',
    (queries) => void queries.prefetchQuery(q('/target-kinds')),
  ),
  page(
    '/targets/$id',
    () => import('@/routes/target/page'),
    'TargetPage',
    (queries, _, { id = '' }) => void queries.prefetchQuery(q('/targets/{id}', { path: { id } })),
  ),
  page(
    '/issuers',
    () => import('@/routes/issuers/page'),
    'IssuersPage',
    (queries) => void queries.prefetchQuery(q('/issuer-kinds')),
  ),
  page(
    '/issuers/hierarchy',
    () => import('@/routes/hierarchy/page'),
    'HierarchyPage',
    (queries) => void queries.prefetchQuery(q('/cas', { query: { limit: 500 } })),
  ),
  page(
    '/issuers/dns-providers',
    () => import('@/routes/dns-providers/page'),
    'DnsProvidersPage',
    (queries) => void queries.prefetchQuery(q('/dns-providers', { query: { limit: 500 } })),
  ),
  page('/issuers/dns-providers/new', () => import('@/routes/dns-provider/page'), 'NewDnsProviderPage'),
  page(
    '/issuers/dns-providers/$id',
    () => import('@/routes/dns-provider/page'),
    'DnsProviderPage',
    (queries, _, { id = '' }) => void queries.prefetchQuery(q('/dns-providers/{id}', { path: { id } })),
  ),
  page('/issuers/new/$type', () => import('@/routes/issuer-new/page'), 'IssuerNewPage'),
  page(
    '/issuers/$id',
    () => import('@/routes/issuer/page'),
    'IssuerPage',
    (queries, _, { id = '' }) => void queries.prefetchQuery(q('/issuers/{id}', { path: { id } })),
  ),
  page(
    '/issuers/$id/edit',
    () => import('@/routes/issuer-edit/page'),
    'IssuerEditPage',
    (queries, _, { id = '' }) => void queries.prefetchQuery(q('/issuers/{id}', { path: { id } })),
  ),
  page(
    '/policies',
    () => import('@/routes/policies/page'),
    'PoliciesPage',
    (queries) => void queries.prefetchQuery(q('/certificates/facets', { query: { archived: false } })),
  ),
  page('/policies/new', () => import('@/routes/policy/page'), 'NewPolicyPage'),
  page('/policies/new-rule', () => import('@/routes/policy/page'), 'NewRulePage'),
  page(
    '/policies/$id',
    () => import('@/routes/policy/page'),
    'PolicyPage',
    (queries, _, { id = '' }) =>
      void (id.startsWith('pr-')
        ? queries.prefetchQuery(q('/policies/{id}', { path: { id } }))
        : queries.prefetchQuery(q('/renewal-policies/{id}', { path: { id } }))),
  ),
  page('/profiles/new', () => import('@/routes/profile/page'), 'NewProfilePage'),
  page(
    '/profiles/$id',
    () => import('@/routes/profile/page'),
    'ProfilePage',
    (queries, _, { id = '' }) => void queries.prefetchQuery(q('/profiles/{id}', { path: { id } })),
  ),
  page(
    '/audit',
    () => import('@/routes/audit/page'),
    'AuditPage',
    (queries, search) => soon(import('@/routes/audit/page').then((module) => module.begin(queries, search))),
  ),
  page('/settings', () => import('@/routes/settings/page'), 'SettingsPage'),
  page('/settings/$section', () => import('@/routes/settings/page'), 'SettingsPage'),
  page(
    '/alerts',
    () => import('@/routes/alerts/page'),
    'AlertsPage',
    (queries, search) => soon(import('@/routes/alerts/page').then((module) => module.begin(queries, search))),
  ),
  // Messages link here.
  page(
    '/alerts/$id',
    () => import('@/routes/alert/page'),
    'AlertPage',
    (queries, _, { id = '' }) => void queries.prefetchQuery(q('/alerts/{id}', { path: { id } })),
  ),
  page(
    '/alerts/rules',
    () => import('@/routes/alert-rules/page'),
    'AlertRulesPage',
    (queries) => void queries.prefetchQuery(q('/alert-rules', { query: { limit: 500 } })),
  ),
  page(
    '/alerts/channels',
    () => import('@/routes/alert-channels/page'),
    'AlertChannelsPage',
    (queries) => void queries.prefetchQuery(q('/notifiers', { query: { limit: 500 } })),
  ),
  page('/alerts/channels/new', () => import('@/routes/alert-channel/page'), 'NewAlertChannelPage'),
  page(
    '/alerts/channels/$id',
    () => import('@/routes/alert-channel/page'),
    'AlertChannelPage',
    (queries, _, { id = '' }) => void queries.prefetchQuery(q('/notifiers/{id}', { path: { id } })),
  ),
  page(
    '/alerts/history',
    () => import('@/routes/alert-history/page'),
    'AlertHistoryPage',
    (queries, search) => soon(import('@/routes/alert-history/page').then((module) => module.begin(queries, search))),
  ),
  page('/alerts/rules/new', () => import('@/routes/alert-rule/page'), 'NewAlertRulePage'),
  page(
    '/alerts/rules/$id',
    () => import('@/routes/alert-rule/page'),
    'AlertRulePage',
    (queries, _, { id = '' }) => void queries.prefetchQuery(q('/alert-rules/{id}', { path: { id } })),
  ),
  ...(import.meta.env.DEV || import.meta.env.VITE_UI_PAGE
    ? [page('/ui', () => import('@/routes/ui/page'), 'UiPage')]
    : []),
];

// Any other address: said inside of the frame, so that the way on is at hand.
const elsewhere = createRoute({ getParentRoute: () => shell, path: '$', component: NotFound });

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([...outside, shell.addChildren([...pages, elsewhere])]),
    context: { queries },
    parseSearch: parseSearch as (text: string) => Record<string, unknown>,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 300,
    defaultErrorComponent: ({ error, reset }) => <PageError error={error} reset={reset} />,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}
