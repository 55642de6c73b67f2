// Days as cells, weeks as columns, beginning with the reader's first day of the week: how much falls on which day, and where
// something is at risk.
// One tab stop; arrow keys move, Enter opens the day's rows; the label under it reads the day. Not for: counting days (the
// server does, for the reader's zone). Invariants: zero is a visible cell; "at risk" is a corner, not a colour of the cell.
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useId, useState } from 'react';
import type { Schemas } from '@/api/types';
import { rowsLink } from '@/lib/certificate-grammar';
import { cx } from '@/lib/cx';
import { firstWeekday } from '@/lib/locale';
import { longDay, monthName } from '@/lib/time';
import { number } from '@/lib/words';

type Day = Schemas['ExpiryDay'];

const ramp = ['bg-h0', 'bg-h1', 'bg-h2', 'bg-h3', 'bg-h4', 'bg-h5'];
const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** How many days after the first of its week a day is. */
export const inWeek = (date: string, first: number) => (new Date(`${date}T00:00:00Z`).getUTCDay() + 13 - first) % 7;

/** Five steps with about as many days each, so that one huge day does not make the others look alike. */
export function steps(counts: readonly number[]): (count: number) => number {
  const sorted = counts.filter((count) => count > 0).toSorted((a, b) => a - b);
  const bounds = [0.2, 0.4, 0.6, 0.8].map(
    (part) => sorted[Math.floor(part * sorted.length)] ?? Number.POSITIVE_INFINITY,
  );
  return (count) => (count === 0 ? 0 : 1 + bounds.filter((bound) => count >= bound).length);
}

interface Props {
  days: readonly Day[];
  /** What so many do on a day: `expires` or `expire`. */
  what: (count: number) => string;
}

export function Heatmap({ days, what }: Props) {
  const id = useId();
  const navigate = useNavigate();
  const [at, setAt] = useState(0);
  const first = days[0];
  if (first === undefined) return null;
  const begins = firstWeekday();
  const offset = inWeek(first.date, begins);
  const weeks = Math.ceil((offset + days.length) / 7);
  const step = steps(days.map((day) => day.count));
  const current = days[Math.min(at, days.length - 1)] ?? first;
  const open = (day: Day) => void navigate(rowsLink(day.rows));

  const move = (event: KeyboardEvent) => {
    const by = { ArrowRight: 7, ArrowLeft: -7, ArrowDown: 1, ArrowUp: -1, Home: -days.length, End: days.length }[
      event.key
    ];
    if (by !== undefined) {
      event.preventDefault();
      setAt(Math.min(days.length - 1, Math.max(0, at + by)));
    } else if (event.key === 'Enter') open(current);
  };

  const months = Array.from({ length: weeks }, (_, week) => {
    const day = days[Math.max(0, week * 7 - offset)];
    const before = days[Math.max(0, (week - 1) * 7 - offset)];
    if (day === undefined) return '';
    const name = monthName(day.date);
    return week > 0 && before !== undefined && monthName(before.date) !== name ? name : '';
  });

  return (
    <div className="min-w-0">
      <div
        aria-hidden="true"
        className="mb-1 grid ps-10 text-2xs text-ink-3"
        style={{ gridTemplateColumns: `repeat(${weeks}, minmax(0, 1fr))` }}
      >
        {months.map((name, week) => (
          <span className="overflow-visible whitespace-nowrap" key={week.toString()}>
            {name}
          </span>
        ))}
      </div>
      <div
        aria-activedescendant={`${id}-${at}`}
        aria-label={`Days of the next ${weeks} weeks; arrow keys move, Enter opens`}
        className="rounded-chip"
        onKeyDown={move}
        role="grid"
        tabIndex={0}
      >
        {names.map((_, row) => (
          <div className="flex items-center" key={row.toString()} role="row">
            <span className="w-10 shrink-0 text-2xs text-ink-3" role="rowheader">
              <span className={cx((row % 2 === 1 || row > 4) && 'sr-only')}>{names[(row + begins) % 7]}</span>
            </span>
            <div
              className="grid min-w-0 flex-1 gap-0.75 pb-0.75"
              role="presentation"
              style={{ gridTemplateColumns: `repeat(${weeks}, minmax(0, 1fr))` }}
            >
              {Array.from({ length: weeks }, (_, week) => {
                const index = week * 7 + row - offset;
                const day = days[index];
                if (day === undefined) return <span key={week.toString()} role="presentation" />;
                return (
                  <span
                    aria-label={label(day, what)}
                    aria-selected={index === at}
                    className={cx(
                      'relative h-5 overflow-hidden rounded-[3px]',
                      ramp[step(day.count)],
                      index === at && 'outline-1 outline-ink -outline-offset-1',
                    )}
                    id={`${id}-${index}`}
                    key={week.toString()}
                    onClick={() => open(day)}
                    data-fill
                    onKeyDown={move}
                    onPointerEnter={() => setAt(index)}
                    role="gridcell"
                    tabIndex={-1}
                  >
                    {day.at_risk > 0 ? (
                      <span className="absolute end-0 top-0 size-1.75 bg-crit-fill [clip-path:polygon(0_0,100%_0,100%_100%)]" />
                    ) : null}
                  </span>
                );
              })}
            </div>
          </div>
        ))}
      </div>
      <div className="mt-2 flex flex-wrap items-center justify-between gap-x-6 gap-y-1 text-xs">
        <p aria-live="polite">
          <span className="font-medium">{longDay(current.date)}:</span>{' '}
          <span className="nums text-ink-2">
            {number(current.count)} {what(current.count)}
            {current.at_risk > 0 ? <span className="text-crit">, {number(current.at_risk)} at risk</span> : null}
          </span>
        </p>
        <p aria-hidden="true" className="flex items-center gap-1.5 text-ink-3">
          fewer
          {ramp.map((fill) => (
            <span className={cx('size-2.5 rounded-[2px]', fill)} data-fill key={fill} />
          ))}
          more
          <span className="relative ms-3 size-2.5 overflow-hidden rounded-[2px] bg-h1">
            <span className="absolute end-0 top-0 size-1.5 bg-crit-fill [clip-path:polygon(0_0,100%_0,100%_100%)]" />
          </span>
          at risk
        </p>
      </div>
    </div>
  );
}

const label = (day: Day, what: Props['what']) =>
  `${longDay(day.date)}: ${number(day.count)} ${what(day.count)}${day.at_risk > 0 ? `, ${number(day.at_risk)} at risk` : ''}`;
