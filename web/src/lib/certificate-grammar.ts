// What the keys of the certificate list's URL mean, and links to its rows from counts and needs.
import type { Schemas } from '@/api/types';
import { alertGrammar } from './alert-grammar';
import type { Grammar } from './list-grammar';
import { toSearch } from './list-grammar';
import { startView } from './prefs';
import { currentTeam, scopeOf } from './scope';
import type { Search } from './search';
import { conditionOrder } from './tokens';

export const certificateGrammar: Grammar = {
  fields: {
    q: { label: 'Text', kind: 'text' },
    status: { label: 'Status', kind: 'set', api: 'condition', tokens: conditionOrder },
    environment: { label: 'Environment', kind: 'set' },
    issuer: { label: 'Issuer', kind: 'set', api: 'issuer_id' },
    owner: { label: 'Owner', kind: 'set', api: 'owner_id' },
    team: { label: 'Team', kind: 'set', api: 'team_id' },
    live: { label: 'Live', kind: 'set', tokens: ['all', 'some', 'none', 'no_targets'] },
    expires: { label: 'Expires', kind: 'range' },
    renews: { label: 'Renews', kind: 'range' },
    life: { label: 'Life left', kind: 'range' },
    lifetime: { label: 'Lifetime', kind: 'range' },
    created: { label: 'Created', kind: 'range' },
    updated: { label: 'Changed', kind: 'range' },
    profile: { label: 'Profile', kind: 'set', api: 'profile_id' },
    policy: { label: 'Policy', kind: 'set', api: 'policy_id' },
    agent: { label: 'Agent', kind: 'set', api: 'agent_id' },
    target: { label: 'Target', kind: 'set', api: 'target_id' },
    tag: { label: 'Tag', kind: 'set' },
    key: { label: 'Key', kind: 'set', api: 'key_algorithm' },
    state: { label: 'State', kind: 'set', api: 'status' },
    archived: { label: 'Archived', kind: 'flag' },
  },
  sorts: ['attention', 'expires', 'renews', 'name', 'created', 'updated'],
  sort: 'attention',
};

/** The search of all certificates, also where the list opens with another view. */
export const everything = (): Search => (startView() === null ? {} : { view: 'all' });

/** A link to exactly the rows that a count or a need stands for. */
export function rowsLink(rows: Schemas['RowsFilter']): { to: string; search: Search } {
  const query = { ...(rows.query as Record<string, string>) };
  const limit = query.team_id === undefined ? undefined : scopeOf(query.team_id);
  if (rows.path === '/jobs' || rows.path === '/approvals' || (limit && query.team_id === currentTeam())) {
    delete query.team_id;
    if (limit) query.scope = limit;
  }
  const grammar =
    rows.path === '/certificates' ? certificateGrammar : rows.path === '/alerts' ? alertGrammar : undefined;
  const search = grammar ? toSearch(grammar, query) : query;
  const isAll = rows.path === '/certificates' && Object.keys(search).length === 0;
  return { to: rows.path, search: isAll ? everything() : search };
}
