import { afterEach, expect, test } from 'vitest';
import { currentTeam, inScope, isShared, keepScope, teamIn, unknownScope } from './scope';

afterEach(() => globalThis.history.replaceState(null, '', '/'));

test('the address says the team', () => {
  expect(teamIn({ scope: 'team:t-web' })).toBe('t-web');
  for (const scope of ['team:', 'team', 't-web', 'team:a b', 'owner:x']) {
    expect(teamIn({ scope })).toBeUndefined();
    expect(unknownScope({ scope })).toBe(`scope=${scope}`);
  }
  expect(unknownScope({})).toBeUndefined();
  globalThis.history.replaceState(null, '', '/jobs?state=Failed&scope=team:t-data');
  expect(currentTeam()).toBe('t-data');
  globalThis.history.replaceState(null, '', '/jobs?state=Failed');
  expect(currentTeam()).toBeUndefined();
});

test('what belongs to teams is limited, what is everybody’s and what is of one object is not', () => {
  expect(inScope('/jobs', { state: 'Failed' }, 't-web')).toEqual({ state: 'Failed', team_id: 't-web' });
  expect(inScope('/certificates', { team_id: 't-data' }, 't-web')).toEqual({ team_id: 't-web' });
  expect(inScope('/agents', { q: 'a' }, 't-web')).toEqual({ q: 'a' });
  expect(inScope('/jobs', { certificate_id: 'mc-a' }, 't-web')).toEqual({ certificate_id: 'mc-a' });
  expect(inScope('/jobs', { state: 'Failed' }, undefined)).toEqual({ state: 'Failed' });
});

test('links keep it, and choosing all teams leaves it', () => {
  const search = { scope: 'team:t-web', q: 'x' };
  expect(keepScope({ search, next: () => ({ status: 'due' }) })).toEqual({ status: 'due', scope: 'team:t-web' });
  expect(keepScope({ search, next: () => ({ scope: '' }) })).toEqual({ scope: '' });
  expect(keepScope({ search: {}, next: () => ({ q: 'y' }) })).toEqual({ q: 'y' });
});

test('pages of all teams are known', () => {
  expect(isShared('/agents/ag-1')).toBe(true);
  expect(isShared('/alerts/rules')).toBe(true);
  expect(isShared('/alerts')).toBe(false);
  expect(isShared('/')).toBe(false);
});
