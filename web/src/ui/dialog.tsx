// A dialog: title as a question or a name, content, buttons. Not for: what can be undone (do it, offer Undo).
// Invariants: Enter alone confirms nothing dangerous (the footer's buttons are plain buttons); Esc closes; focus returns.
import { type ReactNode, useEffect, useState } from 'react';
import { loaded, withOver } from './over/load';

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  /** Before the title: a glyph for what this is about. */
  glyph?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  /** Ctrl+Enter. */
  onConfirm?: () => void;
  /** Whether it may be left without an answer. */
  closable?: boolean;
  className?: string;
}

export function Dialog(props: DialogProps) {
  const { open } = props;
  const [, setHere] = useState(loaded() !== undefined);
  useEffect(() => {
    if (open) withOver(() => setHere(true));
  }, [open]);
  const Real = loaded()?.Dialog;
  return Real ? <Real {...props} /> : null;
}
