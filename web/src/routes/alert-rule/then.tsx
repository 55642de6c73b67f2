// What becomes of what an alert rule finds: how urgent, which matches are one alert, reminders, escalation, quiet hours, and
// which channels are told. Not for: the channels themselves. Invariant: who is told follows the channels' own routing, which is shown, not set here.
import { useMutation, useQuery } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { useCaller, useNames } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { StatusGlyph } from '@/components/status-glyph';
import { WeekWindowFields } from '@/components/week-window-fields';
import type { AlertRuleForm } from '@/lib/alert-rule-form';
import { groupsOf, groupWords, severityOptions } from '@/lib/alert-words';
import { tellsOf } from '@/lib/channel-words';
import { night } from '@/lib/week-window';
import { and } from '@/lib/words';
import { Button } from '@/ui/button';
import { CheckField } from '@/ui/check-field';
import { Field, TextField } from '@/ui/field';
import { TextLink } from '@/ui/link';
import { DurationInput } from '@/ui/number-field';
import { Panel } from '@/ui/panel';
import { Select } from '@/ui/select';
import { complain, say } from '@/ui/toast';
import { Escalation } from './escalation';

interface Props {
  form: AlertRuleForm;
  faults: Readonly<Record<string, string | undefined>>;
  onChange: (patch: Partial<AlertRuleForm>) => void;
}

export function Then({ form, faults, onChange }: Props) {
  return (
    <Panel title="Then">
      <div className="flex flex-col gap-5">
        <TextField
          error={faults['/name']}
          help="Its alerts' titles begin with it."
          label="Name"
          maxLength={200}
          onChange={(event) => onChange({ name: event.target.value })}
          placeholder="Production renewals at risk"
          value={form.name}
        />
        <div className="flex flex-wrap gap-x-8 gap-y-4">
          <Field label="Severity">
            {({ id }) => (
              <Select
                className="w-36"
                id={id}
                onChange={(severity) => onChange({ severity })}
                options={severityOptions}
                value={form.severity}
              />
            )}
          </Field>
          <Field label="Alerts">
            {({ id }) => (
              <Select
                className="w-52"
                id={id}
                onChange={(group) => onChange({ group })}
                options={groupsOf[form.subject].map((value) => ({ value, label: groupWords[value] }))}
                value={form.group}
              />
            )}
          </Field>
          <Field error={faults['/for_seconds']} help="So long it has to match first." label="Wait">
            {({ id, 'aria-describedby': note }) => (
              <DurationInput
                aria-describedby={note}
                id={id}
                invalid={faults['/for_seconds'] !== undefined}
                label="Wait"
                onChange={(holds) => onChange({ holds })}
                value={form.holds}
              />
            )}
          </Field>
        </div>
        <Told form={form} />
        <div className="flex flex-col gap-2">
          <CheckField
            checked={form.repeat !== null}
            help="Until it ends, or somebody acknowledges or snoozes it."
            label="Remind"
            onChange={(on) => onChange({ repeat: on ? 43_200 : null })}
          />
          {form.repeat === null ? null : (
            <div className="ps-6.5">
              <DurationInput
                invalid={faults['/repeat_seconds'] !== undefined}
                label="Remind after"
                onChange={(seconds) => onChange({ repeat: seconds ?? 0 })}
                value={form.repeat}
              />
              {faults['/repeat_seconds'] ? <p className="mt-1 text-xs text-crit">{faults['/repeat_seconds']}</p> : null}
            </div>
          )}
        </div>
        <Escalation faults={faults} onChange={(escalation) => onChange({ escalation })} value={form.escalation} />
        <div className="flex flex-col gap-2">
          <CheckField
            checked={form.quiet !== null}
            help="What begins in these hours is told afterwards, if it is still so."
            label="Quiet hours"
            onChange={(on) => onChange({ quiet: on ? { ...night(), to: '07:00', except: 'critical' } : null })}
          />
          {form.quiet === null ? null : (
            <div className="flex flex-col gap-3 ps-6.5">
              <WeekWindowFields
                label="Quiet hours"
                onChange={(window) => onChange({ quiet: { ...window, except: form.quiet?.except } })}
                value={form.quiet}
              />
              <span className="flex items-center gap-2">
                <span className="text-ink-2">except</span>
                <Select
                  className="w-48"
                  label="What is told all the same"
                  onChange={(except) =>
                    onChange({ quiet: form.quiet && { ...form.quiet, except: except === 'none' ? null : except } })
                  }
                  options={[
                    { value: 'none', label: 'nothing' },
                    { value: 'critical', label: 'critical alerts' },
                    { value: 'warning', label: 'warnings and above' },
                  ]}
                  value={form.quiet.except === 'info' ? 'warning' : (form.quiet.except ?? 'none')}
                />
              </span>
            </div>
          )}
        </div>
      </div>
    </Panel>
  );
}

function Told({ form }: { form: AlertRuleForm }) {
  const caller = useCaller();
  const nameOf = useNames();
  const reason = may(caller, 'notifiers.manage');
  const list = useQuery({
    ...q('/notifiers', { query: { limit: 500 } }),
    enabled: caller.permissions.includes('notifiers.read'),
  });
  const test = useMutation({
    mutationFn: (it: Schemas['Notifier']) =>
      taken(client.POST('/notifiers/{id}/test', { params: { path: { id: it.id } } })),
    onSuccess: (found, it) => {
      const broken = found.steps.find((step) => !step.ok);
      if (broken) complain(`${it.name} was not reached`, new Error(broken.detail));
      else say(`${it.name} has the test`, { description: found.steps.at(-1)?.detail });
    },
    onError: (error, it) => complain(`${it.name} was not tested`, error),
  });
  const told = (list.data?.items ?? []).flatMap((it) => {
    const tells = tellsOf(it, { kind: 'rule', severity: form.severity });
    return tells ? [{ it, only: [...tells.teams.map(nameOf), ...tells.environments] }] : [];
  });
  return (
    <div className="flex flex-col gap-1">
      <span className="text-sm font-medium">Tells</span>
      {list.data && told.length === 0 ? (
        <p className="flex items-start gap-2 text-ink-2">
          <StatusGlyph className="mt-0.5" glyph="warning" tone="warn" />
          <span>
            No channel takes alerts of this severity; they show in the list only.
            <TextLink className="block w-fit" to="/alerts/channels">
              Set up a channel
            </TextLink>
          </span>
        </p>
      ) : (
        <ul className="divide-y divide-line rounded-control border border-line">
          {told.map(({ it, only }) => (
            <li className="flex min-h-10 items-center gap-3 px-3 py-1.5" key={it.id}>
              <TextLink className="font-medium text-ink" to={`/alerts/channels/${it.id}`}>
                {it.name}
              </TextLink>
              <span className="min-w-0 flex-1 truncate text-xs text-ink-3">
                {only.length > 0 ? `only of ${and(only)}` : ''}
                {it.health.ok ? '' : ' its last try failed'}
              </span>
              <Button
                busy={test.isPending && test.variables?.id === it.id}
                disabledReason={reason}
                icon={<Send size={14} />}
                onClick={() => test.mutate(it)}
                size="sm"
              >
                Send test
              </Button>
            </li>
          ))}
        </ul>
      )}
      <p className="text-xs text-ink-3">
        By the routing of the channels: from which severity on, which teams and environments.
      </p>
    </div>
  );
}
