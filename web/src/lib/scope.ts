// The team that every page is limited to: `?scope=team:t-web` of the address, and what of the API it limits.
// Not for: what a reader may see at all (the server's scope). Invariants: the address alone says it, so a link means the same
// for everybody; what is asked of one object is not limited, since it is whose it is.
import { parseSearch, type Search } from './search';

const TEAM = /^team:([A-Za-z0-9][\w.-]*)$/;

/** The team that a search is limited to; nothing for all. */
export const teamIn = (search: Search): string | undefined => TEAM.exec(search.scope ?? '')?.[1];

/** A scope that says nothing we know: `scope=foo`. */
export const unknownScope = (search: Search): string | undefined =>
  search.scope && teamIn(search) === undefined ? `scope=${search.scope}` : undefined;

export const scopeOf = (team: string): string => `team:${team}`;

let read = { text: '', team: undefined as string | undefined };

/** The team of the page that is open. */
export function currentTeam(): string | undefined {
  const text = globalThis.location?.search ?? '';
  if (text !== read.text) read = { text, team: teamIn(parseSearch(text)) };
  return read.team;
}

/** What can be limited to a team. The fleet, issuers, policies and the audit trail are everybody's. */
const limited = new Set([
  '/certificates',
  '/certificates/anchors',
  '/certificates/facets',
  '/certificates/export',
  '/jobs',
  '/jobs/anchors',
  '/jobs/facets',
  '/jobs/export',
  '/approvals',
  '/needs',
  '/stats/summary',
  '/stats/expiry',
  '/stats/renewals',
  '/stats/issuance',
  '/alerts',
  '/alerts/anchors',
  '/alerts/facets',
  '/violations',
  '/policies/{id}/violations',
  '/search',
]);

type Query = Readonly<Record<string, unknown>>;

/** Filters that name what the rows are about: those of one certificate are looked at wherever it belongs. */
const ofOne = ['certificate_id', 'object_id', 'id'];

/** The parameters of a request as the open page limits them. */
export function inScope<Q extends Query>(path: string, query: Q, team: string | undefined = currentTeam()): Q {
  if (team === undefined || !limited.has(path) || ofOne.some((name) => query[name] !== undefined)) return query;
  return { ...query, team_id: team };
}

/** For the router: a link within the console keeps the scope, unless it says another. */
export const keepScope = ({ search, next }: { search: Search; next: (search: Search) => Search }): Search => {
  const wanted = next(search);
  return 'scope' in wanted || search.scope === undefined ? wanted : { ...wanted, scope: search.scope };
};

/** Places whose pages show what is of all teams. */
const shared = ['/agents', '/targets', '/issuers', '/policies', '/profiles', '/audit', '/settings'];
const sharedAlerts = ['/alerts/rules', '/alerts/channels', '/alerts/history'];

export const isShared = (path: string): boolean =>
  [...shared, ...sharedAlerts].some((place) => path === place || path.startsWith(`${place}/`));
