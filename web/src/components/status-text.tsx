// A status: its glyph and its word. Takes a token, never a colour.
// Invariant: a healthy word is quiet, an acute one is loud; so one red row is seen among a thousand.
import { cx } from '@/lib/cx';
import type { StatusWord } from '@/lib/tokens';
import { StatusGlyph } from './status-glyph';

export function StatusText({ status, times, className }: { status: StatusWord; times?: number; className?: string }) {
  const quiet = status.tone === 'ok' || status.tone === 'neutral';
  return (
    <span className={cx('inline-flex max-w-full min-w-0 items-center gap-1.5 align-middle', className)}>
      <StatusGlyph glyph={status.glyph} tone={status.tone} size={14} />
      <span className={cx('truncate', quiet ? 'text-ink-2' : status.tone === 'crit' ? 'font-medium' : '')}>
        {status.label}
      </span>
      {times ? <span className="nums text-xs text-ink-3">×{times}</span> : null}
    </span>
  );
}
