// Snoozes an alert with a reason, for those who come after. Not for: doing it without one (the menu does that at once).
import { useState } from 'react';
import { WhyField } from '@/components/why-field';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Select } from '@/ui/select';
import { snoozes } from './use-alert-actions';

interface Props {
  title: string;
  onSnooze: (hours: number | null, reason: string) => void;
  onClose: () => void;
}

const key = (hours: number | null) => String(hours ?? 'change');

export function SnoozeDialog({ title, onSnooze, onClose }: Props) {
  const [chosen, setChosen] = useState(key(4));
  const [reason, setReason] = useState('');
  const confirm = () => {
    const snooze = snoozes.find(({ hours }) => key(hours) === chosen);
    if (snooze) onSnooze(snooze.hours, reason.trim());
    onClose();
  };
  return (
    <Dialog
      footer={
        <>
          <Button onClick={onClose}>Keep it loud</Button>
          <Button onClick={confirm} variant="primary">
            Snooze alert
          </Button>
        </>
      }
      onConfirm={confirm}
      onOpenChange={(open) => !open && onClose()}
      open
      title={title}
    >
      <div className="flex flex-col gap-4">
        <Field help="No reminders until then; it opens again by itself." label="How long">
          {(ids) => (
            <Select
              aria-describedby={ids['aria-describedby']}
              className="w-full"
              id={ids.id}
              onChange={setChosen}
              options={snoozes.map(({ label, hours }) => ({ value: key(hours), label }))}
              value={chosen}
            />
          )}
        </Field>
        <WhyField help="It stands with the alert and in the audit trail." onChange={setReason} value={reason} />
      </div>
    </Dialog>
  );
}
