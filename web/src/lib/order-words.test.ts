// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { proofStatus, shownByDns, shownWithout } from './order-words';

describe('an order in words', () => {
  it('says of each proof how far it is, never by colour alone', () => {
    expect(proofStatus({ state: 'set' }).label).toBe('Set, not seen everywhere');
    expect(proofStatus({ state: 'failed' })).toMatchObject({ tone: 'crit', glyph: 'failing' });
  });
  it('is shown by a DNS provider, or by an agent', () => {
    expect([shownByDns({ kind: 'dns-01' }), shownByDns({ kind: 'http-01' })]).toEqual([true, false]);
  });
  it('is shown by the control plane or by a record that stays, which have no page', () => {
    expect(['control-plane', 'operator', 'ag-web-1'].map((place) => shownWithout({ place }))).toEqual([
      'the control plane',
      'whoever runs the zone',
      null,
    ]);
  });
});
