import { describe, expect, it } from 'vitest';
import { eventWords } from './event-words';

const names = {
  version: (id: string) => (id === 'cv-1' ? 'v1' : null),
  target: (id: string) => id.replace('tgt-', ''),
  agent: (id: string) => id.replace('ag-', ''),
};
const entry = (action: string, summary: string) => ({
  action,
  summary,
  at: '2026-11-24T08:00:00Z',
  actor: { kind: 'system' as const, id: 'issue' },
});

describe('events in words', () => {
  it.each([
    ['job.changed', 'Deployment job-1 is Completed', 'Deployment done'],
    ['job.changed', 'Deployment job-1 is Pending: probe: not served', 'Deployment failed, to be tried again'],
    ['deployment.live', 'cv-1 is served by tgt-api', 'v1 verified live on api'],
    ['job.changed', 'Validation job-1 is Failed: probe: a:443 serves another', 'Probe failed'],
    ['deployment.verified', 'cv-1 is served by tgt-api', 'v1 seen live on api'],
    ['deployment.not_verified', 'cv-1 on tgt-api: probe: a:443: refused', 'v1 not seen on api'],
    ['deployment.rolled_back', 'cv-1 on tgt-api: probe: not served', 'v1 taken back from api'],
    ['deployment.wanted', 'cv-1 is wanted on tgt-api', 'v1 to be deployed to api'],
    ['version.issued', 'mc-1 got version cv-2 valid until 2027', 'A version issued'],
    ['certificate.update', 'mc-1 was changed: target_ids', 'It was changed: target_ids'],
  ])('%s: %s', (action, summary, title) => {
    expect(eventWords(entry(action, summary), names).title).toBe(title);
  });
});
