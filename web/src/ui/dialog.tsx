// A dialog: title as a question or a name, content, buttons. Not for: what can be undone (do it, offer Undo).
// Invariants: Enter alone confirms nothing dangerous (the footer's buttons are plain buttons); Esc closes; focus returns.
import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';

interface Props {
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

export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  glyph,
  children,
  footer,
  onConfirm,
  closable = true,
  className,
}: Props) {
  return (
    <Base.Root
      disablePointerDismissal={!closable}
      onOpenChange={(next) => (next || closable) && onOpenChange(next)}
      open={open}
    >
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-[oklch(0_0_0/0.48)]" />
        <Base.Viewport className="fixed inset-0 z-50 flex items-start justify-center overflow-y-auto px-4 py-[10vh]">
          <Base.Popup
            className={cx(
              'pop-shadow enter w-full max-w-130 rounded-dialog bg-raised text-base outline-none',
              className,
            )}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && onConfirm) {
                event.preventDefault();
                onConfirm();
              }
            }}
          >
            <div className="px-5 pt-5">
              <Base.Title className="flex items-center gap-2.5 text-lg font-semibold">
                {glyph}
                {title}
              </Base.Title>
              {description ? (
                <Base.Description className="mt-1 text-sm text-ink-2">{description}</Base.Description>
              ) : null}
            </div>
            <div className="px-5 py-4">{children}</div>
            {footer ? <div className="flex justify-end gap-2 border-t border-line px-5 py-3">{footer}</div> : null}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
