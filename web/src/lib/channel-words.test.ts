import { expect, test } from 'vitest';
import { digestWords, routingWords, tellsOf } from './channel-words';

test('a channel is told from its severity on, and of its kinds', () => {
  const alert = { kind: 'rule' as const, severity: 'warning' as const };
  expect(tellsOf({ enabled: true, routing: {} }, alert)).toEqual({ teams: [], environments: [] });
  expect(tellsOf({ enabled: false, routing: {} }, alert)).toBeNull();
  expect(tellsOf({ enabled: true, routing: { min_severity: 'critical' } }, alert)).toBeNull();
  expect(tellsOf({ enabled: true, routing: { kinds: ['job_stuck'] } }, alert)).toBeNull();
  expect(tellsOf({ enabled: true, routing: { kinds: ['rule'], team_ids: ['t-a'] } }, alert)).toEqual({
    teams: ['t-a'],
    environments: [],
  });
});

test('routing and digests in words', () => {
  expect(routingWords({}, String)).toBe('all severities');
  expect(routingWords({ min_severity: 'warning', environments: ['production'] }, String)).toBe(
    'warning and above · production',
  );
  expect(digestWords(null)).toBe('at once');
  expect(digestWords({ daily_at: '08:00' })).toBe('daily at 08:00 (UTC), critical at once');
});
