// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Need } from '@/api/types';
import { shorten } from './cause-words';
import { needWords } from './need-words';

const need = (over: Partial<Need>): Need => ({
  id: 'x',
  code: 'renewal_failing',
  params: {},
  title: 'as the server says it',
  band: 'week',
  blast: { certificates: 1, targets: 2, environments: ['production'] },
  rows: { path: '/certificates', query: {} },
  alerts: { open: 0, acknowledged: 0, snoozed: 0 },
  actions: [],
  ...over,
});
const name = (id: string | null | undefined) => (id === 'iss-1' ? 'Local CA' : (id ?? ''));

describe('a need in words', () => {
  it('is about the certificate when it is one, and says why', () => {
    const words = needWords(
      need({ params: { issuer_id: 'iss-1', last_error: 'connection refused' } }),
      'vpn.example.com',
      name,
    );
    expect(words).toEqual({
      title: 'vpn.example.com',
      context: 'Local CA · 2\u00a0targets · production',
      why: 'Renewal failed. Connection refused.',
    });
  });

  it('says what a deployment failed at without addresses and fingerprints', () => {
    const last_error = `probe: the new certificate ${'ab'.repeat(32)} was not served within 3 s of the reload: 127.0.0.1:443 (x) serves ${'cd'.repeat(32)} (the old certificate was put back, and 127.0.0.1:443 serves it)`;
    const words = needWords(need({ params: { issuer_id: 'iss-1', last_error } }), 'vpn.example.com', name);
    expect(words.why).toBe('The target does not serve the new certificate, so the old one was put back.');
  });

  it('counts when there are several', () => {
    const words = needWords(
      need({ blast: { certificates: 12, targets: 0, environments: [] } }),
      'vpn.example.com',
      name,
    );
    expect(words.title).toBe('12\u00a0renewals failing');
  });

  it('shows what it does not know as the server says it', () => {
    expect(needWords(need({ code: 'backup_old' }), undefined, name).title).toBe('as the server says it');
  });

  it('shortens fingerprints', () => {
    expect(shorten('got 4c36b80bb3a5ab0b3c0703533efd0afc872119c8 of')).toBe('got 4c36b80b… of');
  });
});
