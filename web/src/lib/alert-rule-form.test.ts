// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/types';
import { alertRuleBody, alertRuleFaults, alertRuleForm, alertRuleInWords, escalationWords } from './alert-rule-form';

const rule = {
  id: 'ar-1',
  name: 'Duty',
  subject: 'certificates',
  conditions: [{ condition: 'failing' }],
  severity: 'critical',
  group_by: 'none',
  for_seconds: 0,
  enabled: true,
  escalation: { after_seconds: 900, notifier_ids: ['nt-duty', 'nt-sms'] },
} as unknown as Schemas['AlertRule'];
const nameOf = (id: string) => ({ 'nt-duty': 'Duty phone', 'nt-sms': 'SMS' })[id] ?? id;

describe('the escalation of an alert rule', () => {
  it('is sent as the rule has it, and taken away by null', () => {
    const form = alertRuleForm(rule);
    expect(alertRuleBody(form).escalation).toEqual(rule.escalation);
    expect(alertRuleBody({ ...form, escalation: null }).escalation).toBeNull();
  });
  it('needs a channel and a time within bounds', () => {
    const form = alertRuleForm(rule);
    expect(alertRuleFaults(form)).toEqual({});
    expect(Object.keys(alertRuleFaults({ ...form, escalation: { after: 30, channels: [] } }))).toEqual([
      '/escalation/after_seconds',
      '/escalation/notifier_ids',
    ]);
  });
  it('is said in words', () => {
    const { escalation } = alertRuleForm(rule);
    expect(escalationWords(escalation, nameOf)).toBe(
      'tells Duty phone and SMS after 15\u00a0min in which nobody takes it',
    );
    expect(alertRuleInWords(alertRuleForm({ ...rule, escalation: null }), nameOf, nameOf).Escalates).toBe('never');
  });
});
