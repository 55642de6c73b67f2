// The log of a job: what was done, grouped by attempt, with the time and what was seen. Not for: the rail.
// Invariant: the order is the server's; a failed step stands out by glyph and word.
import type { Schemas } from '@/api/types';
import { shorten } from '@/lib/cause-words';
import { cx } from '@/lib/cx';
import { took } from '@/lib/time';
import { StatusGlyph } from './status-glyph';
import { Timestamp } from './times';

type Step = Schemas['JobStep'];

export function attemptsOf(steps: readonly Step[]): { attempt: number; steps: Step[]; failed: boolean }[] {
  const groups = new Map<number, Step[]>();
  for (const step of steps) groups.set(step.attempt, [...(groups.get(step.attempt) ?? []), step]);
  return [...groups].map(([attempt, own]) => ({
    attempt,
    steps: own,
    failed: own.some((step) => step.outcome !== 'ok'),
  }));
}

export function JobSteps({ steps, attempt, raw }: { steps: readonly Step[]; attempt?: number; raw?: boolean }) {
  const groups = attemptsOf(steps).filter((group) => attempt === undefined || group.attempt === attempt);
  if (groups.length === 0) return <p className="px-4 py-6 text-ink-3">No step was reported yet.</p>;
  return (
    <div>
      {groups.map((group) => (
        <section aria-label={`Attempt ${group.attempt}`} key={group.attempt}>
          {groups.length > 1 ? (
            <h3 className="nums border-b border-line px-4 pt-3 pb-1.5 text-xs font-medium text-ink-2">
              Attempt {group.attempt}
            </h3>
          ) : null}
          <ol>
            {group.steps.map((step, place) => (
              <li
                className="flex items-start gap-3 border-b border-line px-4 py-1.5 last:border-b-0"
                key={`${step.at} ${place.toString()}`}
              >
                <Timestamp at={step.at} className="w-16 text-xs leading-5 text-ink-3" timeOnly />
                <StatusGlyph
                  className="mt-[3px]"
                  glyph={step.outcome === 'ok' ? 'healthy' : 'failing'}
                  size={14}
                  tone={step.outcome === 'ok' ? 'ok' : 'crit'}
                />
                <span className={cx('w-24 shrink-0', step.outcome !== 'ok' && 'font-medium text-crit')}>
                  {step.name}
                  <span className="sr-only">: {step.outcome}</span>
                </span>
                <span className="min-w-0 flex-1 break-words text-ink-2">
                  {raw ? step.detail : shorten(step.detail)}
                </span>
                <span className="nums w-16 shrink-0 text-end text-xs leading-5 text-ink-3">
                  {step.milliseconds == null ? '' : took(step.milliseconds)}
                </span>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}
