// The lifecycle rail: the steps of a round in a line, with what lies between them; one line more for each key holder.
// Not for: saying why something failed (CausePanel). Invariant: what it shows are the server's facts; a step that was not
// reached has no time.
import { Fragment } from 'react';
import { StatusGlyph } from '@/components/status-glyph';
import { Timestamp } from '@/components/times';
import { cx } from '@/lib/cx';
import { type Lane, type Progress, progresses, type RailStep, type Run, railOf, stepNames } from '@/lib/rail';
import { took } from '@/lib/time';

const line: Record<Progress, string> = {
  done: 'border-t-[1.5px] border-ok-fill',
  failed: 'border-t-[1.5px] border-crit-fill',
  running: 'border-t-[1.5px] border-info-fill',
  waiting: 'border-t-[1.5px] border-dashed border-line-strong',
  cancelled: 'border-t-[1.5px] border-dashed border-line-strong',
  not_reached: 'border-t-[1.5px] border-dashed border-line-strong',
};

function Line({ to }: { to: RailStep }) {
  const time = to.milliseconds === null || to.at === null ? null : took(to.milliseconds);
  return (
    <span aria-hidden="true" className="flex min-w-0 flex-1 items-center gap-2 ps-2 pe-2 narrow:hidden">
      <span className={cx('min-w-2 flex-1', line[to.state])} />
      {time === null ? null : (
        <>
          <span className="nums shrink-0 text-2xs text-ink-3">{time}</span>
          <span className={cx('min-w-2 flex-1', line[to.state])} />
        </>
      )}
    </span>
  );
}

function Steps({
  steps,
  detail,
  small,
  label,
}: {
  steps: readonly RailStep[];
  detail: (step: RailStep) => string;
  small?: boolean;
  label: string;
}) {
  return (
    <ol aria-label={label} className="flex min-w-0 narrow:flex-col narrow:gap-3">
      {steps.map((step, index) => {
        const next = steps[index + 1];
        const word = progresses[step.state];
        const ahead = step.state === 'not_reached' || step.state === 'cancelled';
        return (
          <li
            className={cx(
              'min-w-0 narrow:flex narrow:w-auto narrow:gap-3',
              next ? 'flex-1' : 'w-34 shrink-0 tablet:w-26',
            )}
            key={step.name}
          >
            <span className="flex h-5 items-center">
              <StatusGlyph glyph={word.glyph} size={small ? 14 : 18} tone={word.tone} />
              {next ? <Line to={next} /> : null}
            </span>
            <span className={cx('block min-w-0 pe-3 narrow:mt-0', small ? 'mt-1' : 'mt-2')}>
              <span
                className={cx(
                  'block truncate',
                  small ? 'text-xs' : 'font-medium',
                  step.state === 'failed' ? 'text-crit' : ahead ? 'font-normal text-ink-3' : '',
                )}
              >
                {stepNames[step.name]}
                <span className="sr-only">: {word.label}</span>
              </span>
              {small ? null : (
                <span className="block truncate text-xs text-ink-2" title={detail(step)}>
                  {detail(step) || '\u00a0'}
                </span>
              )}
              <span className="block truncate text-xs text-ink-3">
                {step.at ? (
                  <Timestamp at={step.at} timeOnly />
                ) : step.state === 'running' || step.state === 'waiting' ? (
                  word.label.toLowerCase()
                ) : (
                  'not reached'
                )}
              </span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

interface Props {
  run: Run;
  /** The line under a step: where it is done, by whom. */
  detail: (step: RailStep) => string;
  /** Whether each key holder has its own line. */
  expanded: boolean;
  laneName: (lane: Lane) => string;
  laneNote: (lane: Lane) => string;
}

export function LifecycleRail({ run, detail, expanded, laneName, laneNote }: Props) {
  return (
    <div className="px-4 py-4">
      <Steps detail={detail} label="Steps" steps={railOf(run.lanes)} />
      {expanded
        ? run.lanes.map((lane) => (
            <Fragment key={lane.job_id}>
              <p className="mt-4 mb-2 flex items-center gap-2 border-t border-line pt-3 text-xs">
                <StatusGlyph glyph={progresses[lane.state].glyph} size={14} tone={progresses[lane.state].tone} />
                <span className="font-medium">{laneName(lane)}</span>
                <span className="text-ink-3">{laneNote(lane)}</span>
              </p>
              <Steps detail={() => ''} label={`Steps of ${laneName(lane)}`} small steps={railOf([lane])} />
            </Fragment>
          ))
        : null}
    </div>
  );
}
