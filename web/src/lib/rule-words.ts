// The words of profiles and policy rules. Not for: drawing. Invariant: every token of the API's enums has an entry.
import type { Schemas } from '@/api/types';
import type { StatusWord } from './tokens';

export const approvals: Record<Schemas['ApprovalMode'], string> = {
  none: 'not needed',
  first: 'for the first issuance',
  always: 'for each issuance',
};

export const modes: Record<Schemas['RuleMode'], { label: string; breach: string; help: string }> = {
  observe: {
    label: 'Observe',
    breach: 'recorded',
    help: 'A breach is recorded as a violation, and closes by itself when it is put right. Nothing is refused.',
  },
  enforce: {
    label: 'Enforce',
    breach: 'refused',
    help: 'A request or a change that would bring a breach in is refused, also renewals. What breaks it already is recorded.',
  },
};

export const severities: Record<Schemas['RuleSeverity'], StatusWord> = {
  Critical: { label: 'Critical', glyph: 'failing', tone: 'crit' },
  Error: { label: 'Error', glyph: 'warning', tone: 'crit' },
  Warning: { label: 'Warning', glyph: 'warning', tone: 'warn' },
};
