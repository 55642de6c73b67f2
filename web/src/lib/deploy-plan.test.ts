import { describe, expect, it } from 'vitest';
import { deployPlan } from './deploy-plan';
import type { Version } from './lineage';

const version = (id: string, agent_id: string): Version => ({
  id,
  number: 1,
  agent_id,
  certificate_id: 'mc',
  issuer_id: 'iss',
  serial: id,
  fingerprint_sha256: id,
  public_key_sha256: id,
  key_algorithm: 'ed25519',
  not_before: '2026-01-01T00:00:00Z',
  not_after: '2027-01-01T00:00:00Z',
  created_at: '2026-01-01T00:00:00Z',
  current: true,
});
const targets = [
  { id: 't1', agentId: 'a' },
  { id: 't2', agentId: 'b' },
];

describe('what a deployment would do', () => {
  it('goes everywhere with the current versions, where it is wanted', () => {
    const plan = deployPlan({
      targets,
      chosen: ['t2'],
      version: undefined,
      currents: [version('v', 'a')],
      latest: new Map(),
    });
    expect(plan.go.map((each) => each.targetId)).toEqual(['t2']);
  });

  it('takes an older version only where its key is', () => {
    const plan = deployPlan({
      targets,
      chosen: ['t1', 't2'],
      version: version('old', 'a'),
      currents: [],
      latest: new Map(),
    });
    expect(plan.all.map((each) => each.reason)).toEqual([null, 'another agent has the key']);
    expect(plan.go.map((each) => each.targetId)).toEqual(['t1']);
  });

  it('does not offer a version whose key is gone', () => {
    const gone = { ...version('old', 'a'), key_retired_at: '2026-02-01T00:00:00Z' };
    expect(deployPlan({ targets, chosen: ['t1'], version: gone, currents: [], latest: new Map() }).go).toEqual([]);
  });
});
