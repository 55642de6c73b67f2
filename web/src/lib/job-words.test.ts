import { describe, expect, it } from 'vitest';
import type { Job } from '@/api/types';
import { heldWords, jobNote, jobTitle, jobTook, reasonWords } from './job-words';

const now = Date.parse('2026-11-24T09:00:00Z');
const job = (more: Partial<Job>): Job => ({
  id: 'job-1',
  kind: 'Renewal',
  state: 'Pending',
  certificate_id: 'mc-1',
  reason: 'created',
  attempts: 0,
  max_attempts: 8,
  run_after: '2026-11-24T09:22:00Z',
  requested_by: { kind: 'system', id: 'renewal' },
  created_at: '2026-11-24T08:59:00Z',
  updated_at: '2026-11-24T08:59:00Z',
  ...more,
});
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('a job in words', () => {
  it('says a retry and when it comes', () => {
    expect(plain(jobNote(job({ attempts: 2 }), now))).toBe('retry 3 of 8 in 22 min');
    expect(plain(jobNote(job({}), now))).toBe('in 22 min');
    expect(plain(jobNote(job({ state: 'AwaitingApproval', deadline: '2026-11-24T08:00:00Z' }), now))).toBe('1 h late');
    expect(jobNote(job({ state: 'Completed' }), now)).toBe('');
    expect(jobNote(job({ held_because: 'iss-local takes no new orders' }), now)).toBe('held');
    expect(
      heldWords('iss-local takes no new orders: iss-2 first', (id) => (id === 'iss-local' ? 'Local CA' : id)),
    ).toBe('Local CA takes no new orders: iss-2 first');
  });
  it('says what it does by the names that it carries, else by ids', () => {
    expect(
      jobTitle(job({ kind: 'Deployment', certificate_name: 'shop', target_name: 'web', target_id: 'tgt-1' })),
    ).toBe('Deploy shop to web');
    expect(jobTitle(job({}))).toBe('Renew mc-1');
  });
  it('says how long it took', () => {
    expect(plain(jobTook(job({ finished_at: '2026-11-24T08:59:37Z' }), now))).toBe('37 s');
    expect(plain(jobTook(job({}), now))).toBe('1 min');
  });
  it('leaves the machine out of reasons', () => {
    expect(reasonWords("renew: the policy's point 2026-11-29T19:48:34.75724Z has passed (1m before the end)")).toBe(
      "the policy's point has passed (1m before the end)",
    );
  });
});
