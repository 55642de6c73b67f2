import { expect, test } from 'vitest';
import type { Schemas } from '@/api/types';
import { policyBody, policyFaults, policyForm } from './renewal-policy-form';

const policy: Schemas['RenewalPolicy'] = {
  id: 'rp-a',
  name: 'A',
  automatic: false,
  point: { seconds_before: 86_400 },
  max_attempts: 3,
  alert_thresholds_days: [7, 0],
  alert_thresholds_percent: [10],
  windows: [{ days: ['monday'], from: '22:00', to: '06:00', time_zone: 'UTC' }],
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  revision: 1,
};

test('a form that was not touched sends what the policy is', () => {
  const { id: _, created_at: __, updated_at: ___, revision: ____, ...rest } = policy;
  expect(policyBody(policyForm(policy))).toEqual(rest);
  expect(policyFaults(policyForm(policy))).toEqual({});
});

test('faults are named as the server names them', () => {
  const form = { ...policyForm(policy), name: ' ', point: { percent: 5 }, maxAttempts: 51 };
  expect(Object.keys(policyFaults(form))).toEqual(['/name', '/point', '/max_attempts']);
});

test('the same warning twice is sent once', () => {
  const form = {
    ...policyForm(policy),
    marks: [
      { unit: 'days' as const, value: 7 },
      { unit: 'days' as const, value: 7 },
    ],
  };
  expect(policyBody(form).alert_thresholds_days).toEqual([7]);
});
