// A confirmation of what cannot be taken back: what it hits, and the name typed (tier 3). With no `name`, a plain one (tier 2).
// Not for: what can be undone. Invariants: Enter alone never confirms; the safe button comes first and has a name of its own.
import { type ReactNode, useState } from 'react';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { StatusGlyph } from './status-glyph';

interface Props {
  /** A question with the object. */
  title: string;
  children: ReactNode;
  /** Typed before it can be confirmed. */
  name?: string;
  /** Verb and object: "Retire agent". */
  action: string;
  /** The other way: "Keep agent". */
  keep: string;
  busy?: boolean;
  /** How much it hurts: what cannot be taken back, unless said otherwise. */
  tone?: 'crit' | 'warn';
  /** Why it cannot be done at all. */
  reason?: string | null;
  onConfirm: () => void;
  onClose: () => void;
}

export function TypedConfirm({
  title,
  children,
  name,
  action,
  keep,
  busy,
  tone = 'crit',
  reason,
  onConfirm,
  onClose,
}: Props) {
  const [typed, setTyped] = useState('');
  const why = reason ?? (name !== undefined && typed.trim() !== name ? `type ${name} first` : null);
  const confirm = () => {
    if (why === null && !busy) onConfirm();
  };
  return (
    <Dialog
      footer={
        <>
          <Button onClick={onClose}>{keep}</Button>
          <Button busy={busy} disabledReason={why} onClick={confirm} variant={tone === 'crit' ? 'danger' : 'primary'}>
            {action}
          </Button>
        </>
      }
      glyph={<StatusGlyph glyph="warning" tone={tone} />}
      onConfirm={confirm}
      onOpenChange={(open) => !open && onClose()}
      open
      title={title}
    >
      <div className="flex flex-col gap-4 text-sm">
        {children}
        {name === undefined ? null : (
          <TextField
            autoComplete="off"
            label={`Type ${name} to confirm`}
            mono
            onChange={(event) => setTyped(event.target.value)}
            value={typed}
          />
        )}
      </div>
    </Dialog>
  );
}
