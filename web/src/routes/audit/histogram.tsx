// How the events that match lie in time, above their list: a bar is a part of the time, and choosing it shows exactly its events.
// One tab stop; arrow keys move, Enter chooses. Not for: counting (the server does). Invariant: failures have a colour and a scale
// of words, never colour alone.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ZoomOut } from 'lucide-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { q } from '@/api/client';
import { cx } from '@/lib/cx';
import { rangeOf, stepWords, type TimeStep, timeSteps } from '@/lib/time-steps';
import { count, number } from '@/lib/words';
import { Button } from '@/ui/button';

interface Props {
  query: Readonly<Record<string, string>>;
  /** Whether a part of the time is chosen. */
  ranged: boolean;
  onRange: (range: string | undefined) => void;
}

const says = (step: TimeStep, seconds: number) =>
  `${stepWords(step, seconds)}: ${count(step.success + step.failed, 'event')}${step.failed > 0 ? `, ${number(step.failed)} refused or failed` : ''}`;

export function Histogram({ query, ranged, onRange }: Props) {
  const id = useId();
  const [at, setAt] = useState<number | null>(null);
  const found = useQuery({
    ...q('/audit/histogram', { query: query as never }),
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  }).data;
  if (!found || found.total === 0) return ranged ? <Wider onRange={onRange} /> : null;
  const steps = timeSteps(found);
  const most = Math.max(1, ...steps.map((step) => step.success + step.failed));
  const current = at === null ? undefined : steps[Math.min(at, steps.length - 1)];
  const choose = (step: TimeStep | undefined) => {
    if (step === undefined) return;
    setAt(null);
    onRange(rangeOf(step));
  };
  const move = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, Home: -steps.length, End: steps.length }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      setAt(Math.min(steps.length - 1, Math.max(0, (at ?? steps.length) + by)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      event.stopPropagation();
      choose(current);
    }
  };
  return (
    <section
      aria-label="Over time"
      className="flex shrink-0 items-end gap-4 border-b border-line bg-surface px-5 pt-2.5 pb-2"
      data-print="no"
    >
      <div className="min-w-0 flex-1">
        <div
          aria-activedescendant={at === null ? undefined : `${id}-${at}`}
          aria-label="Parts of the time; arrow keys move, Enter shows its events"
          className="flex h-9 items-stretch gap-px rounded-chip"
          onBlur={() => setAt(null)}
          onKeyDown={move}
          onPointerLeave={() => setAt(null)}
          role="listbox"
          tabIndex={0}
        >
          {steps.map((step, index) => (
            <span
              aria-label={says(step, found.step_seconds)}
              aria-selected={index === at}
              className={cx(
                'flex min-w-0 flex-1 cursor-pointer flex-col justify-end rounded-[2px]',
                index === at && 'bg-fill',
              )}
              id={`${id}-${index}`}
              key={step.from}
              onClick={() => choose(step)}
              onKeyDown={move}
              onPointerEnter={() => setAt(index)}
              role="option"
              tabIndex={-1}
            >
              {step.failed > 0 ? (
                <span
                  className="min-h-0.5 w-full rounded-t-[1px] bg-crit-fill"
                  style={{ height: `${(step.failed / most) * 100}%` }}
                />
              ) : null}
              {step.success > 0 ? (
                <span
                  className={cx(
                    'min-h-0.5 w-full',
                    index === at ? 'bg-accent' : 'bg-s1',
                    step.failed === 0 && 'rounded-t-[1px]',
                  )}
                  style={{ height: `${(step.success / most) * 100}%` }}
                />
              ) : (
                <span className="h-px w-full bg-line" />
              )}
            </span>
          ))}
        </div>
        <p aria-live="polite" className="nums mt-1 flex h-4 justify-between gap-4 text-2xs text-ink-3">
          {current ? (
            <span className="truncate text-ink-2">{says(current, found.step_seconds)}</span>
          ) : (
            <>
              <span>{stepWords(steps[0] as TimeStep, found.step_seconds).split(' to ')[0]}</span>
              <span className="flex items-center gap-3">
                <span className="flex items-center gap-1">
                  <span className="size-2 rounded-[2px] bg-s1" /> done
                </span>
                <span className="flex items-center gap-1">
                  <span className="size-2 rounded-[2px] bg-crit-fill" /> refused or failed
                </span>
                {found.approximate ? <span>of the newest two million</span> : null}
              </span>
              <span>{ranged ? 'end of the range' : 'now'}</span>
            </>
          )}
        </p>
      </div>
      {ranged ? (
        <Button icon={<ZoomOut size={14} />} onClick={() => onRange(undefined)} size="sm">
          All times
        </Button>
      ) : null}
    </section>
  );
}

function Wider({ onRange }: { onRange: Props['onRange'] }) {
  return (
    <p className="flex shrink-0 items-center gap-3 border-b border-line bg-surface px-5 py-2 text-xs text-ink-3">
      Nothing lies in this part of the time.
      <Button icon={<ZoomOut size={14} />} onClick={() => onRange(undefined)} size="sm">
        All times
      </Button>
    </p>
  );
}
