// What an authority outside works on, in words: how each name is proved, and how far a proof is. Not for: drawing it.
// Invariant: every token of the API's enums has an entry; a new one fails the type check here.
import type { Schemas } from '@/api/types';
import type { StatusWord } from './tokens';

type Challenge = Schemas['Challenge'];

export const proofs: Record<Schemas['ProofKind'], string> = {
  'http-01': 'by HTTP',
  'dns-01': 'by a DNS record',
  'tls-alpn-01': 'by TLS',
  'dns-persist-01': 'by a DNS record that stays',
};

const states: Record<Schemas['ChallengeState'], StatusWord> = {
  wanted: { label: 'To be shown', glyph: 'pending', tone: 'neutral' },
  set: { label: 'Set, not seen everywhere', glyph: 'renewing', tone: 'info' },
  shown: { label: 'Shown', glyph: 'healthy', tone: 'ok' },
  failed: { label: 'Cannot be shown', glyph: 'failing', tone: 'crit' },
  leaving: { label: 'Being taken away', glyph: 'archived', tone: 'neutral' },
  gone: { label: 'Taken away', glyph: 'archived', tone: 'neutral' },
};

export const proofStatus = ({ state }: Pick<Challenge, 'state'>): StatusWord => states[state];

/** Who shows a proof is an agent or a DNS provider, and then has a page, or one of these. */
export const shownByDns = ({ kind }: Pick<Challenge, 'kind'>) => kind === 'dns-01';

const nobody: Readonly<Record<string, string>> = {
  'control-plane': 'the control plane',
  operator: 'whoever runs the zone',
};

/** Who shows it, when that is neither an agent nor a DNS provider. */
export const shownWithout = ({ place }: Pick<Challenge, 'place'>): string | null => nobody[place] ?? null;
