// A dialog for what cannot be taken back: what it hits, the name typed where it matters, a danger button that names the act.
// Not for: what can be undone. Invariants: Enter alone confirms nothing; the safe button stands first.
import { type ReactNode, useState } from 'react';
import type { Glyph, Tone } from '@/lib/tokens';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { StatusGlyph } from './status-glyph';

export interface Impact {
  glyph: Glyph;
  tone: Tone;
  text: ReactNode;
}

interface Props {
  title: string;
  description?: ReactNode;
  impacts: readonly Impact[];
  /** What has to be typed; absent when nothing has to. */
  type?: string;
  confirm: string;
  keep: string;
  busy: boolean;
  reason?: string | null;
  danger?: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children?: ReactNode;
}

export function TypedConfirm({
  title,
  description,
  impacts,
  type,
  confirm,
  keep,
  busy,
  reason,
  danger = true,
  onConfirm,
  onClose,
  children,
}: Props) {
  const [typed, setTyped] = useState('');
  const missing = reason ?? (type !== undefined && typed.trim() !== type ? 'type the name first' : null);
  const act = () => {
    if (missing === null && !busy) onConfirm();
  };
  return (
    <Dialog
      description={description}
      footer={
        <>
          <Button onClick={onClose}>{keep}</Button>
          <Button busy={busy} disabledReason={missing} onClick={act} variant={danger ? 'danger' : 'primary'}>
            {confirm}
          </Button>
        </>
      }
      glyph={danger ? <StatusGlyph glyph="warning" size={18} tone="crit" /> : undefined}
      onConfirm={act}
      onOpenChange={(open) => !open && onClose()}
      open
      title={title}
    >
      {impacts.length > 0 ? (
        <ul className="divide-y divide-line rounded-control border border-line text-sm">
          {impacts.map((impact, place) => (
            <li className="flex gap-2.5 px-3 py-2" key={place.toString()}>
              <StatusGlyph className="mt-0.5" glyph={impact.glyph} tone={impact.tone} />
              <span>{impact.text}</span>
            </li>
          ))}
        </ul>
      ) : null}
      {children ? <div className="mt-4 flex flex-col gap-4">{children}</div> : null}
      {type === undefined ? null : (
        <div className="mt-4">
          <TextField
            autoComplete="off"
            label={`Type ${type} to confirm`}
            onChange={(event) => setTyped(event.target.value)}
            spellCheck={false}
            value={typed}
          />
        </div>
      )}
    </Dialog>
  );
}
