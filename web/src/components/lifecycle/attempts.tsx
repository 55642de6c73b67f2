// The tries of a job as buttons, and what one of them came to. Not for: the newest failure, which has its own panel (CausePanel).
// Invariant: a try is the server's; what its worker reported is shown step by step.
import { StatusGlyph } from '@/components/status-glyph';
import { TimeAgo } from '@/components/times';
import { plainCause } from '@/lib/cause-words';
import { cx } from '@/lib/cx';
import type { Naming } from '@/lib/lineage';
import { type Attempt, progresses } from '@/lib/rail';
import { took } from '@/lib/time';

const SHOWN = 6;

interface Props {
  attempts: readonly Attempt[];
  chosen: Attempt | undefined;
  onChoose: (attempt: Attempt) => void;
}

export function Attempts({ attempts, chosen, onChoose }: Props) {
  const last = attempts.slice(-SHOWN);
  return (
    <div aria-label="Attempts" className="flex items-center gap-0.5 text-xs" role="group">
      <span className="me-1 text-ink-3 tablet:hidden">Attempt{attempts.length > SHOWN ? ' …' : ''}</span>
      {last.map((attempt) => {
        const word = progresses[attempt.result];
        const on = attempt === chosen;
        return (
          <button
            aria-label={`Attempt ${attempt.number}: ${word.label.toLowerCase()}`}
            aria-pressed={on}
            className={cx(
              'nums inline-flex h-6 items-center gap-1 rounded-control px-1.5',
              on ? 'bg-fill-strong font-medium text-ink' : 'text-ink-2 hover:bg-fill',
            )}
            key={`${attempt.job_id} ${attempt.number}`}
            onClick={() => onChoose(attempt)}
            type="button"
          >
            <StatusGlyph glyph={word.glyph} size={12} tone={word.tone} />
            {attempt.number}
          </button>
        );
      })}
    </div>
  );
}

export function AttemptPanel({ attempt, where, naming }: { attempt: Attempt; where: string; naming: Naming }) {
  const word = progresses[attempt.result];
  const at = attempt.ended_at ?? attempt.started_at;
  return (
    <section
      aria-label={`Attempt ${attempt.number}`}
      className="mx-4 mb-4 rounded-control border border-line bg-sunken px-3 py-3"
    >
      <h3 className="flex flex-wrap items-center gap-2 font-medium">
        <StatusGlyph glyph={word.glyph} size={14} tone={word.tone} />
        Attempt {attempt.number}
        {where ? ` on ${where}` : ''}: {word.label.toLowerCase()}
        {at ? <TimeAgo at={at} className="text-xs font-normal text-ink-3" /> : null}
      </h3>
      {attempt.cause ? <p className="mt-1 break-words text-ink-2">{plainCause(attempt.cause.text, naming)}</p> : null}
      {attempt.steps.length > 0 ? (
        <ol className="mt-2 grid grid-cols-[max-content_max-content_minmax(0,1fr)] gap-x-3 gap-y-1 text-xs">
          {attempt.steps.map((step) => (
            <li className="contents" key={`${step.name} ${step.at}`}>
              <span className="inline-flex items-center gap-1.5">
                <StatusGlyph glyph={step.ok ? 'healthy' : 'failing'} size={12} tone={step.ok ? 'ok' : 'crit'} />
                {step.name}
                {step.ok ? null : <span className="sr-only">failed</span>}
              </span>
              <span className="nums text-end text-ink-3">
                {step.milliseconds === null || step.milliseconds === undefined ? '' : took(step.milliseconds)}
              </span>
              <span className="truncate text-ink-3" title={step.detail}>
                {plainCause(step.detail, naming)}
              </span>
            </li>
          ))}
        </ol>
      ) : null}
    </section>
  );
}
