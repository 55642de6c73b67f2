// A bar for each of the next hours: arrow keys move, Enter opens the rows of an hour, and so does a click. Not for: days (Heatmap).
// Invariant: one stop of the Tab key, since the bars are narrower than what a finger hits; all of them together are a link beside.
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useId, useState } from 'react';
import type { Schemas } from '@/api/types';
import { rowsLink } from '@/lib/certificate-grammar';
import { cx } from '@/lib/cx';
import { plural } from '@/lib/words';

type Hour = Schemas['ExpiryDay'];

/** `2026-12-01T09:00` is nine o'clock of its place. */
const timeOf = (hour: Hour): string => hour.date.slice(11);

const words = (hour: Hour) => `${timeOf(hour)}: ${plural(hour.count, { one: '# renewal', other: '# renewals' })}`;

/** Every so many hours one is named. */
const EVERY = 6;

const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, Home: -1000, End: 1000 };

export function HourBars({ hours }: { hours: readonly Hour[] }) {
  const [at, setAt] = useState<number | null>(null);
  const navigate = useNavigate();
  const id = useId();
  const most = Math.max(1, ...hours.map((hour) => hour.count));
  const current = at === null ? undefined : hours[at];
  const open = (hour: Hour | undefined) => {
    if (hour) void navigate(rowsLink(hour.rows));
  };
  const move = (event: KeyboardEvent) => {
    const by = steps[event.key];
    if (event.key === 'Enter') open(current);
    else if (by === undefined) return;
    else setAt(Math.min(hours.length - 1, Math.max(0, (at ?? (by > 0 ? -1 : hours.length)) + by)));
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div
        aria-activedescendant={at === null ? undefined : `${id}-${at}`}
        aria-label="Renewals of the next hours; arrow keys move, Enter opens"
        className="mt-2 rounded-chip"
        onBlur={() => setAt(null)}
        onKeyDown={move}
        onPointerLeave={() => setAt(null)}
        role="grid"
        tabIndex={0}
      >
        <div className="flex h-14 items-end gap-1 border-b border-line" role="row">
          {hours.map((hour, index) => (
            <span
              aria-label={words(hour)}
              aria-selected={index === at}
              className="flex h-full flex-1 cursor-pointer items-end"
              id={`${id}-${index}`}
              key={hour.begins ?? index}
              onClick={() => open(hour)}
              onKeyDown={move}
              onPointerEnter={() => setAt(index)}
              role="gridcell"
              tabIndex={-1}
            >
              <span
                className={cx(
                  'w-full rounded-t-[2px]',
                  index === at ? 'bg-h5' : hour.count === 0 ? 'bg-line' : index === 0 ? 'bg-info-fill' : 'bg-h3',
                )}
                style={{ height: hour.count === 0 ? '2px' : `${Math.max(8, (hour.count / most) * 100)}%` }}
              />
            </span>
          ))}
        </div>
      </div>
      {current ? (
        <p aria-live="polite" className="nums mt-1 h-4 text-2xs text-ink">
          {words(current)}
        </p>
      ) : (
        <p aria-hidden="true" className="nums mt-1 flex h-4 text-2xs text-ink-3">
          {hours.map((hour, index) =>
            index % EVERY === 0 ? (
              <span className="flex-1 basis-0 whitespace-nowrap" key={hour.begins ?? index}>
                {timeOf(hour)}
              </span>
            ) : null,
          )}
        </p>
      )}
    </>
  );
}
