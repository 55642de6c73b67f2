// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { dnsStatus, dnsStep, usersOf } from './dns-words';

describe('a DNS provider in words', () => {
  it('is as its newest try was', () => {
    expect(dnsStatus({}).label).toBe('Not used yet');
    const worked = { last_success_at: '2026-11-30T08:00:00Z', last_failure_at: '2026-11-30T07:00:00Z' };
    expect(dnsStatus(worked).label).toBe('Works');
    expect(dnsStatus({ ...worked, last_failure_at: '2026-11-30T08:00:01Z' }).label).toBe('Last try failed');
  });
  it('is used by the issuers whose configuration names it', () => {
    const issuers = [{ config: { dns_provider: 'dns-1' } }, { config: {} }, { config: null }];
    expect(usersOf('dns-1', issuers)).toEqual([issuers[0]]);
  });
  it('keeps the name of a step that is not known here', () => {
    expect(dnsStep('look_again')).toBe('look again');
  });
});
