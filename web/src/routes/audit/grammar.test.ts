// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { toQuery } from '@/lib/list-grammar';
import { addressFault, asked, fields } from './grammar';

const read = (search: Record<string, string>) => toQuery({ fields, sorts: [], sort: '' }, search);

describe('the filters of the audit trail', () => {
  it('are what list and export are asked', () => {
    const { query } = read({ q: 'shop', from: '10.20.0.5', by: 'user', at: '2026-11-01T00:00:00Z..', peek: 'ae-1' });
    const { sort: _, ...filters } = query;
    expect(asked(filters)).toEqual({
      q: 'shop',
      source_address: '10.20.0.5',
      actor_kind: 'user',
      since: '2026-11-01T00:00:00Z',
    });
  });
  it('take IPv4 and IPv6, and name what is neither', () => {
    for (const good of ['127.0.0.1', '::1', '2001:db8::5', '::ffff:10.0.0.1'])
      expect(addressFault(good)).toBeUndefined();
    for (const bad of ['web-1', '10.20', 'fe80']) expect(addressFault(bad)).toBeDefined();
    expect(read({ from: 'web-1' }).ignored).toEqual(['from=web-1']);
  });
});
