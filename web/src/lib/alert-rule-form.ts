// An alert rule as its form has it, and what of it is sent. Not for: drawing. Invariant: a form that was not touched sends what
// the rule is.
import type { Schemas } from '@/api/types';
import { groupWords, severities, subjects } from './alert-words';
import { type Condition, conditionsWords, firstCondition, fromLines, type Subject, toLines } from './rule-conditions';
import { took } from './time';
import { daysWords } from './week-window';
import { and } from './words';

type Rule = Schemas['AlertRule'];

export interface AlertRuleForm {
  name: string;
  subject: Subject;
  conditions: readonly Condition[];
  severity: Rule['severity'];
  group: Rule['group_by'];
  holds: number | null;
  /** null: never. */
  repeat: number | null;
  quiet: Schemas['QuietHours'] | null;
  /** null: nobody else is told. */
  escalation: { after: number | null; channels: readonly string[] } | null;
  enabled: boolean;
}

export const alertRuleForm = (it: Rule | null): AlertRuleForm => ({
  name: it?.name ?? '',
  subject: it?.subject ?? 'certificates',
  conditions: it ? toLines(it.conditions as Record<string, string>[]) : [firstCondition.certificates],
  severity: it?.severity ?? 'warning',
  group: it?.group_by ?? 'object',
  holds: it?.for_seconds ?? 0,
  repeat: it?.repeat_seconds ?? null,
  quiet: it?.quiet_hours ?? null,
  escalation: it?.escalation ? { after: it.escalation.after_seconds, channels: it.escalation.notifier_ids } : null,
  enabled: it?.enabled ?? true,
});

export const alertRuleAsks = (form: AlertRuleForm) => ({
  subject: form.subject,
  conditions: fromLines(form.conditions),
  group_by: form.group,
  severity: form.severity,
  quiet_hours: form.quiet,
  ...(form.name.trim() === '' ? {} : { name: form.name.trim() }),
});

export const alertRuleBody = (form: AlertRuleForm) => ({
  ...alertRuleAsks(form),
  name: form.name.trim(),
  for_seconds: form.holds ?? 0,
  repeat_seconds: form.repeat,
  escalation: form.escalation
    ? { after_seconds: form.escalation.after ?? 0, notifier_ids: [...form.escalation.channels] }
    : null,
  enabled: form.enabled,
});

export function alertRuleFaults(form: AlertRuleForm): Record<string, string> {
  const faults: Record<string, string> = {};
  if (form.name.trim() === '') faults['/name'] = 'A name is needed.';
  if (fromLines(form.conditions).length === 0) faults['/conditions'] = 'At least one condition.';
  if (form.holds !== null && (form.holds < 0 || form.holds > 2_592_000)) faults['/for_seconds'] = 'At most 30 days.';
  if (form.repeat !== null && (form.repeat < 300 || form.repeat > 2_592_000))
    faults['/repeat_seconds'] = 'From 5 minutes to 30 days.';
  if (form.escalation) {
    const { after, channels } = form.escalation;
    if (after === null || after < 60 || after > 2_592_000)
      faults['/escalation/after_seconds'] = 'From a minute to 30 days.';
    if (channels.length === 0) faults['/escalation/notifier_ids'] = 'At least one channel.';
    else if (channels.length > 10) faults['/escalation/notifier_ids'] = 'At most 10 channels.';
  }
  return faults;
}

/** `tells Duty phone and SMS after 15 min in which nobody takes it` */
export function escalationWords(
  escalation: AlertRuleForm['escalation'],
  channelName: (id: string) => string,
): string | null {
  if (escalation === null || escalation.channels.length === 0 || !escalation.after) return null;
  return `tells ${and(escalation.channels.map(channelName))} after ${took(escalation.after * 1000)} in which nobody takes it`;
}

export function alertRuleInWords(
  form: AlertRuleForm,
  nameOf: (id: string) => string,
  channelName: (id: string) => string = (id) => id,
): Record<string, string> {
  return {
    Name: form.name,
    'Looks at': subjects[form.subject].label,
    When: conditionsWords(form.subject, fromLines(form.conditions), nameOf).join('; or '),
    Severity: severities[form.severity].label,
    Alerts: groupWords[form.group],
    'Holds for': form.holds ? took(form.holds * 1000) : 'no wait',
    Reminds: form.repeat === null ? 'never' : `every ${took(form.repeat * 1000)}`,
    Quiet: form.quiet
      ? `${daysWords(form.quiet.days)} ${form.quiet.from} to ${form.quiet.to} (${form.quiet.time_zone})${form.quiet.except ? `, except ${severities[form.quiet.except].label.toLowerCase()}` : ''}`
      : 'never',
    Escalates: escalationWords(form.escalation, channelName) ?? 'never',
    'Switched on': form.enabled ? 'yes' : 'no',
  };
}
