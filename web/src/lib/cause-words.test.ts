import { describe, expect, it } from 'vitest';
import { causeWords, plainCause } from './cause-words';

const facts = { agent: 'legacy-1', issuer: 'Local CA', target: 'legacy' };

describe('a cause in words', () => {
  it('says who could not do what, and shortens what nobody reads', () => {
    const sha = '4c36b80bb3a5ab0b3c0703533efd0afc872119c8cb0c21786d535c2a25f2996a';
    expect(
      causeWords({ ...facts, step: 'verified_live', cause: `probe: the new certificate ${sha} was not served` }),
    ).toMatchObject({
      headline: 'legacy does not serve the new certificate',
      detail: 'The new certificate 4c36b80b… was not served.',
    });
  });

  it('falls back on the step', () => {
    expect(causeWords({ ...facts, step: 'issued', cause: 'connection refused' }).headline).toBe(
      'Local CA did not sign it',
    );
    expect(causeWords({ ...facts, agent: '', step: 'csr_received', cause: '' })).toMatchObject({
      headline: 'No CSR has come',
      detail: '',
    });
  });

  it("names versions instead of fingerprints, and says so of one that is nobody's", () => {
    const [ours, other] = ['ab'.repeat(32), 'cd'.repeat(32)];
    const naming = { byFingerprint: (hex: unknown) => (hex === ours ? ({ name: 'v8' } as never) : null) };
    const text = `probe: the new certificate ${ours} was not served within 30 s of the reload: a:443 serves ${other}; b:443 serves ${ours}`;
    expect(plainCause(text, naming)).toBe(
      'The new certificate v8 was not served within 30 s of the reload: a:443 serves another certificate, cdcdcdcd…; b:443 serves v8.',
    );
    expect(plainCause(`probe: a:443 serves another certificate, ${other}`)).toBe(
      'A:443 serves another certificate, cdcdcdcd…',
    );
  });
});
