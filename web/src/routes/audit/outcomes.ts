// How what was tried has ended, as a status.
import type { Schemas } from '@/api/types';
import type { StatusWord } from '@/lib/tokens';

export const outcomes: Record<Schemas['Outcome'], StatusWord> = {
  success: { label: 'Done', glyph: 'healthy', tone: 'ok' },
  denied: { label: 'Denied', glyph: 'revoked', tone: 'warn' },
  failure: { label: 'Failed', glyph: 'failing', tone: 'crit' },
};
