// The words of the status model (one meaning each), as the server sends them, with label and tone.
// Not for: drawing (StatusGlyph) or deciding what a state allows (can.ts).
// Invariant: every token of the API's enums has an entry; a new one fails the type check here.
import type { Schemas } from '@/api/types';

export type Tone = 'ok' | 'warn' | 'crit' | 'info' | 'neutral';
export type Glyph =
  | 'revoked'
  | 'expired'
  | 'failing'
  | 'unverified'
  | 'waiting'
  | 'renewing'
  | 'due'
  | 'pending'
  | 'healthy'
  | 'archived'
  | 'warning';

export interface StatusWord {
  label: string;
  glyph: Glyph;
  tone: Tone;
}

type Condition = Schemas['Condition'];
type JobState = Schemas['JobState'];
type AgentHealth = Schemas['AgentHealth'];

export const conditions: Record<Condition, StatusWord> = {
  revoked: { label: 'Revoked', glyph: 'revoked', tone: 'neutral' },
  expired: { label: 'Expired', glyph: 'expired', tone: 'crit' },
  failing: { label: 'Renewal failing', glyph: 'failing', tone: 'crit' },
  unverified: { label: 'Not verified live', glyph: 'unverified', tone: 'warn' },
  waiting: { label: 'Waiting', glyph: 'waiting', tone: 'neutral' },
  renewing: { label: 'Renewing', glyph: 'renewing', tone: 'info' },
  due: { label: 'Renewal due', glyph: 'due', tone: 'warn' },
  pending: { label: 'Pending', glyph: 'pending', tone: 'neutral' },
  healthy: { label: 'Healthy', glyph: 'healthy', tone: 'ok' },
  archived: { label: 'Archived', glyph: 'archived', tone: 'neutral' },
};

/** The order in which conditions are offered: the most pressing first. */
export const conditionOrder = Object.keys(conditions) as Condition[];

export const jobStates: Record<JobState, StatusWord> = {
  Pending: { label: 'Queued', glyph: 'pending', tone: 'neutral' },
  AwaitingApproval: { label: 'Waiting for approval', glyph: 'waiting', tone: 'neutral' },
  AwaitingCSR: { label: 'Waiting for CSR', glyph: 'waiting', tone: 'neutral' },
  Running: { label: 'Running', glyph: 'renewing', tone: 'info' },
  Completed: { label: 'Done', glyph: 'healthy', tone: 'ok' },
  Failed: { label: 'Failed', glyph: 'failing', tone: 'crit' },
  Cancelled: { label: 'Cancelled', glyph: 'archived', tone: 'neutral' },
};

export const agentHealths: Record<AgentHealth, StatusWord> = {
  online: { label: 'Online', glyph: 'healthy', tone: 'ok' },
  late: { label: 'Late', glyph: 'due', tone: 'warn' },
  offline: { label: 'Offline', glyph: 'archived', tone: 'crit' },
};

export const jobVerbs: Record<Schemas['JobKind'], string> = {
  Issuance: 'Issue',
  Renewal: 'Renew',
  Deployment: 'Deploy',
  Validation: 'Verify',
};
