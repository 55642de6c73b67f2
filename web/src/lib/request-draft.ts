// A request for a certificate as it is filled in, kept in the browser until it is sent. Not for: what the server defaults.
// Invariant: what is left empty is not sent, so that the server's defaults hold.
import type { Schemas } from '@/api/types';
import { namesOf } from './names';

export interface Draft {
  names: string;
  profile: string;
  targets: readonly string[];
  agents: readonly string[];
  strategy: Schemas['KeyStrategy'];
  name: string;
  issuer: string;
  policy: string;
  key: string;
  days: string;
  owner: string;
  team: string;
  environment: string;
  tags: string;
  csr: string;
}

export const emptyDraft: Draft = {
  names: '',
  profile: '',
  targets: [],
  agents: [],
  strategy: 'per_host',
  name: '',
  issuer: '',
  policy: '',
  key: '',
  days: '',
  owner: '',
  team: '',
  environment: '',
  tags: '',
  csr: '',
};

const KEY = 'certctl.request-draft';

export function loadDraft(): Draft {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return typeof kept === 'object' && kept !== null ? { ...emptyDraft, ...kept } : emptyDraft;
  } catch {
    return emptyDraft;
  }
}

export function keepDraft(draft: Draft | null): void {
  try {
    if (draft === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // Without a place to keep it the form still works.
  }
}

const text = (value: string) => (value.trim() === '' ? undefined : value.trim());

export function bodyOf(draft: Draft): Schemas['CreateCertificate'] {
  const external = draft.strategy === 'external';
  const tags = [
    ...new Set(
      draft.tags
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ];
  return {
    names: namesOf(draft.names),
    profile_id: text(draft.profile),
    target_ids: external ? undefined : [...draft.targets],
    agent_ids: external || draft.agents.length === 0 ? undefined : [...draft.agents],
    key_strategy: draft.strategy,
    name: text(draft.name),
    issuer_id: text(draft.issuer),
    renewal_policy_id: text(draft.policy),
    key_algorithm: text(draft.key) as Schemas['CreateCertificate']['key_algorithm'],
    lifetime_seconds: text(draft.days) === undefined ? undefined : Math.round(Number(draft.days) * 86_400),
    owner_id: text(draft.owner),
    team_id: text(draft.team),
    environment: text(draft.environment),
    tags: tags.length === 0 ? undefined : tags,
    csr_pem: external ? text(draft.csr) : undefined,
  };
}
