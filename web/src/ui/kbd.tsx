// A key, as it is printed in menus, tooltips and the footer.
import { cx } from '@/lib/cx';

export function Kbd({ children, className }: { children: string; className?: string }) {
  return (
    <kbd
      className={cx(
        'inline-flex h-5 min-w-5 items-center justify-center rounded-chip border border-line-strong bg-surface px-1 font-sans text-2xs text-ink-3',
        className,
      )}
    >
      {children}
    </kbd>
  );
}

const mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);
const names: Record<string, string> = {
  Ctrl: mac ? '⌘' : 'Ctrl',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ' ': 'Space',
  Escape: 'Esc',
};

/** `Ctrl+K`, or `G C` for keys that follow each other. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="inline-flex shrink-0 gap-1">
      {keys.split(/[+ ]/).map((key) => (
        <Kbd key={key}>{names[key] ?? key}</Kbd>
      ))}
    </span>
  );
}
