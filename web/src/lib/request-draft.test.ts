import { describe, expect, it } from 'vitest';
import { bodyOf, emptyDraft } from './request-draft';

describe('a request as it is sent', () => {
  it('leaves out what was not filled in', () => {
    const body = bodyOf({ ...emptyDraft, names: 'a.example.com b.example.com', targets: ['t1'] });
    expect(JSON.parse(JSON.stringify(body))).toEqual({
      names: ['a.example.com', 'b.example.com'],
      target_ids: ['t1'],
      key_strategy: 'per_host',
    });
  });
  it('has seconds for days, and tags each once', () => {
    const body = bodyOf({ ...emptyDraft, names: 'a.com', days: '0.5', tags: 'web, web, pay' });
    expect(body).toMatchObject({ lifetime_seconds: 43_200, tags: ['web', 'pay'] });
  });
  it('deploys nothing that has its key outside', () => {
    const body = bodyOf({ ...emptyDraft, names: 'a.com', strategy: 'external', targets: ['t1'], csr: 'PEM' });
    expect(body.target_ids).toBeUndefined();
    expect(body.csr_pem).toBe('PEM');
  });
});
