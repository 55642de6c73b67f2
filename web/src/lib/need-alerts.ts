// Which alerts are about a need: the filter that finds them. Not for: counting them (the need does).
// Invariant: the same alerts that the server counts to it; undefined where there is no filter for them.
import type { Need, Schemas } from '@/api/types';

type Alert = Schemas['Alert'];
type Filter = Readonly<Record<string, string>>;

export function alertsFilter(need: Need): Filter | undefined {
  const facts = (need.params ?? {}) as { issuer_id?: string; agent_id?: string };
  if (need.rows.path === '/alerts') return need.rows.query as Filter;
  switch (need.code) {
    case 'renewal_failing':
      return facts.issuer_id ? { kind: 'renewal_failing', issuer_id: facts.issuer_id } : undefined;
    case 'issuer_unreachable':
      return facts.issuer_id ? { kind: 'issuer_unreachable,renewal_failing', issuer_id: facts.issuer_id } : undefined;
    case 'expired':
      return facts.issuer_id ? { kind: 'certificate_expiring', issuer_id: facts.issuer_id } : undefined;
    case 'not_verified_live':
    case 'agent_offline':
      return facts.agent_id ? { kind: need.code, agent_id: facts.agent_id } : undefined;
    default:
      return undefined;
  }
}

/** What the filter cannot say: of those near their end, the expired ones. */
export const aboutNeed = (need: Need) => (alert: Alert) => need.code !== 'expired' || alert.code === 'expired';

export const alertCount = ({ alerts }: Need) => alerts.open + alerts.acknowledged + alerts.snoozed;
