// Hides a need with a reason, for when it is looked at again. Not for: doing it without one (the menu does that at once).
import { useState } from 'react';
import { WhyField } from '@/components/why-field';
import { now } from '@/lib/clock';
import { quiets } from '@/lib/quiet';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Select } from '@/ui/select';

interface Props {
  name: string;
  onHide: (until: number | null, reason: string) => void;
  onClose: () => void;
}

export function HideDialog({ name, onHide, onClose }: Props) {
  const [label, setLabel] = useState(quiets[1]?.label ?? '');
  const [reason, setReason] = useState('');
  const confirm = () => {
    const quiet = quiets.find((each) => each.label === label);
    if (quiet) onHide(quiet.until(now()), reason.trim());
    onClose();
  };
  return (
    <Dialog
      description="Only from you: others see it as before, and its alerts go on."
      footer={
        <>
          <Button onClick={onClose}>Keep it in the list</Button>
          <Button onClick={confirm} variant="primary">
            Hide it
          </Button>
        </>
      }
      onConfirm={confirm}
      onOpenChange={(open) => !open && onClose()}
      open
      title={`Hide ${name}`}
    >
      <div className="flex flex-col gap-4">
        <Field help="It is counted meanwhile, and comes back by itself." label="How long">
          {(ids) => (
            <Select
              aria-describedby={ids['aria-describedby']}
              className="w-full"
              id={ids.id}
              onChange={setLabel}
              options={quiets.map((each) => ({ value: each.label, label: each.label }))}
              value={label}
            />
          )}
        </Field>
        <WhyField
          help="It stands in your list of what is hidden, and in the audit trail."
          onChange={setReason}
          value={reason}
        />
      </div>
    </Dialog>
  );
}
