// @vitest-environment node
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { derIn, wantedOf } from './pasted';

const der = Buffer.from('not a real certificate, but bytes of one');
const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replaceAll(/(.{20})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;

it('looks for the fingerprint of a pasted certificate, with its line breaks or without', async () => {
  const fingerprint = createHash('sha256').update(der).digest('hex');
  expect(await wantedOf(pem)).toBe(fingerprint);
  expect(await wantedOf(pem.replaceAll('\n', ' '))).toBe(fingerprint);
  expect(await wantedOf(`${pem}${pem.replace('A', 'B')}`)).toBe(fingerprint);
});

it('leaves anything else as it is', async () => {
  for (const text of ['api.example.com:443', '01:23:ab', '-----BEGIN CERTIFICATE-----\n%%%']) {
    expect(await wantedOf(text)).toBe(text);
    expect(derIn(text)).toBeNull();
  }
});
