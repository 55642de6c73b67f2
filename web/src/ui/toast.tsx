// What has happened, in a corner: own results with a link or Undo, and failures, which stay until closed.
// Not for: faults of a field, or what a page shows anyway.
import { Toast as Base } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError } from '@/api/error';
import { StatusGlyph } from '@/components/status-glyph';
import { IconButton } from './button';

const manager = Base.createToastManager();

interface Action {
  label: string;
  run: () => void;
}

let undoLast: (() => void) | undefined;

/** A fact that is true now. With `undo`, it can be taken back for ten seconds, also by the key Z. */
export function say(title: string, options: { description?: string; action?: Action; undo?: () => void } = {}): void {
  const undo = options.undo;
  let id = '';
  const once = undo
    ? () => {
        if (undoLast !== once) return;
        undoLast = undefined;
        manager.close(id);
        undo();
      }
    : undefined;
  undoLast = once ?? undoLast;
  const action = once ? { label: 'Undo', run: once } : options.action;
  id = manager.add({
    title,
    description: options.description,
    timeout: once ? 10_000 : 6_000,
    actionProps: action ? { children: action.label, onClick: action.run } : undefined,
    onClose: () => {
      if (once && undoLast === once) undoLast = undefined;
    },
  });
}

/** Takes the last thing back, when it still can be. */
export function undo(): boolean {
  if (undoLast === undefined) return false;
  undoLast();
  return true;
}

/** Something was not done: who could not do what, why, and the request. */
export function complain(title: string, error: unknown): void {
  const failed = ApiError.of(error);
  manager.add({
    title,
    description: failed.requestId ? `${failed.message} (request ${failed.requestId})` : failed.message,
    type: 'error',
    priority: 'high',
    timeout: 0,
  });
}

function List() {
  const { toasts } = Base.useToastManager();
  return toasts.map((toast) => (
    <Base.Root
      className="pop-shadow enter flex w-full items-start gap-2.5 rounded-panel bg-raised p-3 data-ending-style:opacity-0"
      key={toast.id}
      toast={toast}
    >
      <StatusGlyph
        className="mt-0.5"
        glyph={toast.type === 'error' ? 'failing' : 'healthy'}
        tone={toast.type === 'error' ? 'crit' : 'ok'}
      />
      <Base.Content className="min-w-0 flex-1">
        <Base.Title className="font-medium" />
        <Base.Description className="break-words text-xs text-ink-2" />
      </Base.Content>
      <Base.Action className="rounded-control px-2 py-0.5 font-medium text-accent-ink hover:bg-fill" />
      <Base.Close render={<IconButton icon={<X size={14} />} label="Close" size="icon-sm" />} />
    </Base.Root>
  ));
}

export function Toasts({ children }: { children: ReactNode }) {
  return (
    <Base.Provider toastManager={manager}>
      {children}
      <Base.Portal>
        <Base.Viewport className="fixed end-4 bottom-4 z-60 flex w-90 max-w-[calc(100vw-2rem)] flex-col gap-2">
          <List />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}
