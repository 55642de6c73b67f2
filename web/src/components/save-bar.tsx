// The end of a form that is a page: save, discard, and why it cannot be saved. Not for: dialogs.
// Invariants: Ctrl+Enter saves; nothing is sent twice; nothing is left unsaved without a question.
import type { ReactNode } from 'react';
import { useKeys } from '@/lib/keyboard';
import { Button } from '@/ui/button';
import { LeaveGuard } from './leave-guard';

interface Props {
  action: string;
  busy: boolean;
  /** Something was written that is not saved: leaving asks first. */
  dirty: boolean;
  /** Why it may not be saved. */
  reason: string | null;
  onSave: () => void;
  /** Absent while there is nothing to discard. */
  onDiscard?: () => void;
  discard?: string;
  children?: ReactNode;
}

export function SaveBar({
  action,
  busy,
  dirty,
  reason,
  onSave,
  onDiscard,
  discard = 'Discard changes',
  children,
}: Props) {
  const save = () => {
    if (reason === null && !busy) onSave();
  };
  useKeys([{ keys: 'Ctrl+Enter', label: action, group: 'This form', run: save, inFields: true }]);
  return (
    <div className="sticky bottom-0 z-10 -mx-1 flex flex-wrap items-center gap-2 border-t border-line bg-canvas px-1 py-3">
      <LeaveGuard dirty={dirty && !busy} />
      <Button busy={busy} disabledReason={reason} onClick={save} variant="primary">
        {action}
      </Button>
      {children}
      {onDiscard ? (
        <Button onClick={onDiscard} variant="ghost">
          {discard}
        </Button>
      ) : null}
    </div>
  );
}
