// What an authority says of the renewal of what it has signed (ACME Renewal Information, RFC 9773), in plain words.
// Not for: deciding when it is renewed (the server does). Invariant: a link is only one that a browser may follow safely.
import type { Schemas } from '@/api/types';
import { sentence } from './cause-words';
import { instant } from './time';

export type Hint = Schemas['RenewalHint'];

/** The authority's page that says why, when it is a web page. */
export function whyOf(hint: Hint): string | null {
  const text = hint.explanation ?? '';
  if (!URL.canParse(text)) return null;
  const { protocol, href } = new URL(text);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
}

/** What is wrong with the answer, and what counts instead; null when nothing is. */
export function hintProblem(hint: Hint): string | null {
  if (!hint.problem) return null;
  const counts = instant(hint.opens_at) === null ? 'The renewal policy alone decides.' : 'What it said before counts.';
  return `${sentence(hint.problem)} ${counts}`;
}
