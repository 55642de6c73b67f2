// A dialog, as it is once it is wanted. Not for: importing from pages (ui/dialog).
import { Dialog as Base } from '@base-ui/react/dialog';
import { useState } from 'react';
import { cx } from '@/lib/cx';
import type { DialogProps } from '../dialog';

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
}: DialogProps) {
  // Where the focus was: it goes back there, or to the page when it was nowhere or what had it is gone.
  const [before, setBefore] = useState<{ open: boolean; at: Element | null }>({ open: false, at: null });
  if (open !== before.open) setBefore({ open, at: open ? document.activeElement : before.at });
  const back = () => {
    const { at } = before;
    const gone = !(at instanceof HTMLElement) || at === document.body || !at.isConnected;
    const target = gone ? document.querySelector<HTMLElement>('main') : at;
    // What no key reaches is not taken by the dialog itself: it would go on to the first thing inside.
    if (target === null || target.tabIndex >= 0) return target ?? true;
    queueMicrotask(() => target.focus({ preventScroll: true }));
    return false;
  };
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
            finalFocus={back}
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
