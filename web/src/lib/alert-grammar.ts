// What the keys of the alerts' URL mean. Not for: drawing the filters.
import { alertKinds, alertStates, severities } from './alert-words';
import type { Grammar } from './list-grammar';

export const alertGrammar: Grammar = {
  fields: {
    state: { label: 'State', kind: 'set', tokens: Object.keys(alertStates) },
    severity: { label: 'Severity', kind: 'set', tokens: Object.keys(severities) },
    kind: { label: 'Kind', kind: 'set', tokens: Object.keys(alertKinds) },
    assigned: { label: 'Assigned to', kind: 'set', api: 'assigned_to' },
    rule: { label: 'Rule', kind: 'text', api: 'rule_id' },
    certificate: { label: 'Certificate', kind: 'text', api: 'certificate_id' },
    agent: { label: 'Agent', kind: 'text', api: 'agent_id' },
    issuer: { label: 'Issuer', kind: 'text', api: 'issuer_id' },
  },
  sorts: [],
  sort: '',
};
