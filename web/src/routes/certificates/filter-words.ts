// The filters of the certificate list in words. Not for: their presets (filter-row.tsx).
import type { NameOf } from '@/api/lookups';
import { certificateGrammar } from '@/lib/certificate-grammar';
import { parseTerms } from '@/lib/filter-value';
import { conditions } from '@/lib/tokens';
import { keyName } from './columns';

const lives: Record<string, string> = {
  all: 'Verified everywhere',
  some: 'Verified on some',
  none: 'Verified nowhere',
  no_targets: 'No targets',
};
const unset: Record<string, string> = { owner: 'unowned', environment: 'unset', team: 'no team', tag: 'untagged' };

/** One value of a filter; null is unset. */
export function valueWords(field: string, value: string | null, nameOf: NameOf): string {
  if (value === null) return unset[field] ?? 'none';
  if (field === 'status') return conditions[value as keyof typeof conditions]?.label ?? value;
  if (field === 'live') return lives[value] ?? value;
  if (field === 'key') return keyName(value);
  return nameOf(value);
}

/** A whole filter: `Status: Failing or Due`. */
export function filterWords(key: string, text: string, nameOf: NameOf): string {
  const field = certificateGrammar.fields[key];
  if (field === undefined) return `${key}: ${text}`;
  if (field.kind === 'flag') return field.label;
  if (field.kind !== 'set') return `${field.label}: ${text}`;
  const terms = parseTerms(text);
  const words = (not: boolean) =>
    terms.filter((term) => term.not === not).map(({ value }) => valueWords(key, value, nameOf));
  const any = words(false).join(' or ');
  const none = words(true).map((word) => `not ${word}`);
  return `${field.label}: ${[any, ...none].filter(Boolean).join(', ')}`;
}
