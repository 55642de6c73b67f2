// Who else is told of what nobody takes, and after how long. Not for: the channels that are told at once (their own routing).
// Invariant: it says in a sentence what it would do.
import { useQuery } from '@tanstack/react-query';
import { useCaller } from '@/api/caller';
import { q } from '@/api/client';
import { ChooseMany } from '@/components/filters/choose-many';
import { type AlertRuleForm, escalationWords } from '@/lib/alert-rule-form';
import { CheckField } from '@/ui/check-field';
import { DurationInput } from '@/ui/number-field';

interface Props {
  value: AlertRuleForm['escalation'];
  faults: Readonly<Record<string, string | undefined>>;
  onChange: (value: AlertRuleForm['escalation']) => void;
}

/** The channels by their ids, for those who may read them. */
export function useChannels() {
  const list = useQuery({
    ...q('/notifiers', { query: { limit: 500 } }),
    enabled: useCaller().permissions.includes('notifiers.read'),
  }).data?.items;
  return {
    channels: list ?? [],
    channelName: (id: string) => list?.find((each) => each.id === id)?.name ?? id,
  };
}

export function Escalation({ value, faults, onChange }: Props) {
  const { channels, channelName } = useChannels();
  const words = escalationWords(value, channelName);
  const fault = faults['/escalation/after_seconds'] ?? faults['/escalation/notifier_ids'];
  return (
    <div className="flex flex-col gap-2">
      <CheckField
        checked={value !== null}
        help="When nobody has acknowledged or snoozed it by then, others are told, whatever their routing says."
        label="Escalate"
        onChange={(on) => onChange(on ? { after: 900, channels: [] } : null)}
      />
      {value === null ? null : (
        <div className="flex flex-col gap-2 ps-6.5">
          <span className="flex flex-wrap items-center gap-2">
            <span className="text-ink-2">after</span>
            <DurationInput
              invalid={faults['/escalation/after_seconds'] !== undefined}
              label="Escalate after"
              onChange={(after) => onChange({ ...value, after })}
              value={value.after}
            />
            <span className="text-ink-2">tell</span>
            <ChooseMany
              chosen={value.channels}
              label="Channels"
              onChange={(next) => onChange({ ...value, channels: next })}
              options={channels.map((each) => ({ value: each.id, label: each.name }))}
            />
          </span>
          {fault ? (
            <p className="text-xs text-crit">{fault}</p>
          ) : words ? (
            <p className="text-xs text-ink-3">It {words}.</p>
          ) : null}
        </div>
      )}
    </div>
  );
}
