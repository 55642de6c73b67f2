// A word about a control. Not for: anything that must be read (there are none on touch).
import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement } from 'react';
import { Keys } from './kbd';

export const TooltipProvider = ({ children }: { children: React.ReactNode }) => (
  <Base.Provider delay={400}>{children}</Base.Provider>
);

export function Tooltip({ text, keys, children }: { text: string; keys?: string; children: ReactElement }) {
  return (
    <Base.Root>
      <Base.Trigger render={children as ReactElement<Record<string, unknown>>} />
      <Base.Portal>
        <Base.Positioner className="z-50" sideOffset={6}>
          <Base.Popup className="pop-shadow flex max-w-72 items-center gap-2 rounded-control bg-raised px-2 py-1 text-xs text-ink">
            {text}
            {keys ? <Keys keys={keys} /> : null}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
