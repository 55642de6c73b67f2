import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/types';
import { nameFault, namesFault, namesOf } from './names';

const strict = { name: 'Strict', wildcards: false, ip_addresses: false, max_names: 2 } as Schemas['Profile'];

describe('names as they are typed', () => {
  it('are taken apart, each once', () => {
    expect(namesOf('A.example.com, b.example.com\n a.example.com')).toEqual(['a.example.com', 'b.example.com']);
  });
  it.each(['web.example.com', '*.example.com', '10.0.0.1', 'fe80::1', 'spiffe://x/y', 'büro.example.com', 'localhost'])(
    'takes %s',
    (name) => expect(nameFault(name, undefined)).toBeNull(),
  );
  it.each(['web..example.com', '-a.example.com', 'a_b!.example.com', '10.0.0.300'])('refuses %s', (name) =>
    expect(nameFault(name, undefined)).not.toBeNull(),
  );
  it('holds them against the profile', () => {
    expect(namesFault([], strict)).toContain('at least one');
    expect(namesFault(['*.example.com'], strict)).toContain('no wildcards');
    expect(namesFault(['10.0.0.1'], strict)).toContain('no IP addresses');
    expect(namesFault(['a.com', 'b.com', 'c.com'], strict)).toContain('at most 2');
  });
});
