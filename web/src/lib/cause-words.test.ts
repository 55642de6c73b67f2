import { describe, expect, it } from 'vitest';
import { causeWords } from './cause-words';

const facts = { agent: 'legacy-1', issuer: 'Local CA', target: 'legacy' };

describe('a cause in words', () => {
  it('says who could not do what, and shortens what nobody reads', () => {
    const sha = '4c36b80bb3a5ab0b3c0703533efd0afc872119c8cb0c21786d535c2a25f2996a';
    expect(
      causeWords({ ...facts, step: 'verified_live', cause: `probe: the new certificate ${sha} was not served` }),
    ).toEqual({
      headline: 'legacy does not serve the new certificate',
      detail: 'The new certificate 4c36b80b… was not served.',
    });
  });

  it('falls back on the step', () => {
    expect(causeWords({ ...facts, step: 'issued', cause: 'connection refused' }).headline).toBe(
      'Local CA did not sign it',
    );
    expect(causeWords({ ...facts, agent: '', step: 'csr_received', cause: '' })).toEqual({
      headline: 'No CSR has come',
      detail: '',
    });
  });
});
