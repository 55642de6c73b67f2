// Whose an alert is to be. Not for: doing it (use-alert-actions.ts). Invariant: it can be taken back, so nothing has to be typed.
import { useState } from 'react';
import { WhyField } from '@/components/why-field';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Select } from '@/ui/select';
import { type Person, usePeople } from './people';

const NOBODY = '-';

interface Props {
  title: string;
  /** Whose it is now. */
  now: string | null;
  onAssign: (to: Person | null, reason: string) => void;
  onClose: () => void;
}

export function AssignDialog({ title, now, onAssign, onClose }: Props) {
  const { people, self, error } = usePeople();
  const [why, setWhy] = useState('');
  const [chosen, setChosen] = useState(now ?? self?.id ?? NOBODY);
  const reason = chosen === (now ?? NOBODY) ? (now === null ? 'choose somebody' : 'it is theirs already') : null;
  const confirm = () => {
    if (reason !== null) return;
    onAssign(people.find((each) => each.id === chosen) ?? null, why.trim());
    onClose();
  };
  return (
    <Dialog
      footer={
        <>
          <Button onClick={onClose}>Keep as it is</Button>
          <Button disabledReason={reason} onClick={confirm} variant="primary">
            Assign
          </Button>
        </>
      }
      onConfirm={confirm}
      onOpenChange={(open) => !open && onClose()}
      open
      title={title}
    >
      <div className="flex flex-col gap-4">
        <Field
          error={error ? `The names did not load: ${error.message}` : undefined}
          help="It stays open, and its reminders go on until it is acknowledged."
          label="Assigned to"
        >
          {(ids) => (
            <Select
              aria-describedby={ids['aria-describedby']}
              className="w-full"
              id={ids.id}
              onChange={setChosen}
              options={[
                { value: NOBODY, label: 'nobody' },
                ...people.map((each) => ({
                  value: each.id,
                  label: each.name,
                  hint: each.id === now ? 'now' : each.id === self?.id ? 'you' : undefined,
                })),
              ]}
              value={chosen}
            />
          )}
        </Field>
        <WhyField help="It stands in the audit trail." onChange={setWhy} value={why} />
      </div>
    </Dialog>
  );
}
