// Checks in their order: each with its state, what was seen, and what to do when it did not pass.
// Not for: deciding what to check (the page does).
import type { CheckItem, CheckState } from '@/lib/checks';
import { cx } from '@/lib/cx';
import type { Glyph, Tone } from '@/lib/tokens';
import { CodeBlock } from '@/ui/copy';
import { StatusGlyph } from './status-glyph';

const looks: Record<CheckState, { glyph: Glyph; tone: Tone; word: string }> = {
  passed: { glyph: 'healthy', tone: 'ok', word: 'passed' },
  warning: { glyph: 'warning', tone: 'warn', word: 'warning' },
  failed: { glyph: 'failing', tone: 'crit', word: 'failed' },
  running: { glyph: 'renewing', tone: 'info', word: 'running' },
  waiting: { glyph: 'waiting', tone: 'neutral', word: 'not run yet' },
};

export function CheckList({ checks, label }: { checks: readonly CheckItem[]; label: string }) {
  return (
    <ol aria-label={label} className="flex flex-col gap-4">
      {checks.map((check) => {
        const look = looks[check.state];
        return (
          <li className="flex gap-3" key={check.key}>
            <StatusGlyph className="mt-0.5" glyph={look.glyph} tone={look.tone} />
            <div className="min-w-0 flex-1">
              <p className={cx(check.state === 'waiting' && 'text-ink-2')}>
                {check.title}
                <span className="sr-only">, {look.word}</span>
              </p>
              {check.detail ? <div className="text-xs break-words text-ink-3">{check.detail}</div> : null}
              {check.command ? (
                <div className="mt-1.5">
                  <CodeBlock label={`Command: ${check.title}`} text={check.command} />
                </div>
              ) : null}
              {check.action ? <div className="mt-1.5 flex gap-2">{check.action}</div> : null}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
