// One of a few, always visible. Not for: pages (tabs.tsx). Invariant: one stop of Tab, arrows go between the choices.
// Of buttons of our own: Base UI's group asks for the layout of the whole page when it is first drawn.
import type { KeyboardEvent } from 'react';

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}

const steps: Record<string, (at: number, n: number) => number> = {
  ArrowRight: (at, n) => (at + 1) % n,
  ArrowDown: (at, n) => (at + 1) % n,
  ArrowLeft: (at, n) => (at + n - 1) % n,
  ArrowUp: (at, n) => (at + n - 1) % n,
  Home: () => 0,
  End: (_, n) => n - 1,
};

function move(event: KeyboardEvent<HTMLElement>): void {
  const buttons = [...(event.currentTarget.parentElement?.querySelectorAll('button') ?? [])];
  const at = buttons.findIndex((button) => button === event.currentTarget);
  const to = steps[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  buttons[to(at, buttons.length)]?.focus();
}

export function Segmented<T extends string>({ label, value, options, onChange }: Props<T>) {
  return (
    <div
      aria-label={label}
      className="inline-flex h-7 shrink-0 items-center self-start rounded-control border border-line bg-sunken p-px"
      role="group"
    >
      {options.map((option) => {
        const pressed = option.value === value;
        return (
          <button
            aria-pressed={pressed}
            className="h-6 rounded-[5px] border border-transparent px-2 text-xs text-ink-3 hover:text-ink data-pressed:border-line-strong data-pressed:bg-surface data-pressed:font-medium data-pressed:text-ink"
            data-pressed={pressed ? '' : undefined}
            key={option.value}
            onClick={() => onChange(option.value)}
            onKeyDown={move}
            tabIndex={pressed ? 0 : -1}
            type="button"
          >
            {option.label}
          </button>
        );
      })}
    </div>
  );
}
