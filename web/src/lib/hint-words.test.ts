import { expect, it } from 'vitest';
import { hintProblem, whyOf } from './hint-words';

it('leads only to pages', () => {
  expect(whyOf({ explanation: 'https://ca.example/why?id=1' })).toBe('https://ca.example/why?id=1');
  for (const explanation of ['javascript:alert(1)', 'data:text/html,x', 'because', '', null])
    expect(whyOf({ explanation })).toBeNull();
});

it('says what counts when the authority could not be asked', () => {
  expect(hintProblem({})).toBeNull();
  expect(hintProblem({ problem: 'the authority does not know the certificate' })).toBe(
    'The authority does not know the certificate. The renewal policy alone decides.',
  );
  expect(hintProblem({ problem: 'it did not answer', opens_at: '2026-11-30T10:00:00Z' })).toBe(
    'It did not answer. What it said before counts.',
  );
});
