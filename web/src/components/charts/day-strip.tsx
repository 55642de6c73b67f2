// Thirty days side by side, with how many on each; days that are not known are hatched. Not for: two series (UpDownBars).
import { longDay, shortDay } from '@/lib/time';
import { number } from '@/lib/words';

interface Day {
  date: string;
  /** null or absent: not known. */
  count?: number | null;
}

export function DayStrip({ days, label, noun }: { days: readonly Day[]; label: string; noun: string }) {
  const most = Math.max(3, ...days.map((day) => day.count ?? 0));
  const peak = days.reduce<Day | undefined>((a, b) => ((b.count ?? 0) > (a?.count ?? 0) ? b : a), undefined);
  return (
    <>
      <div aria-label={label} className="flex h-11 items-stretch gap-0.75" role="img">
        {days.map((day) => (
          <span
            className={`flex min-w-0 flex-1 items-end rounded-[2px] ${day.count === null || day.count === undefined ? 'hatched' : 'bg-fill'}`}
            key={day.date}
            title={`${longDay(day.date)}: ${day.count === null || day.count === undefined ? 'not recorded' : `${number(day.count)} ${noun}`}`}
          >
            {day.count ? (
              <span
                className={`w-full rounded-[2px] ${day.count > most / 2 && day.count > 3 ? 'bg-crit-fill' : 'bg-warn-fill'}`}
                style={{ height: `${Math.max(12, (day.count / most) * 100)}%` }}
              />
            ) : null}
          </span>
        ))}
      </div>
      <p className="nums mt-1.5 flex justify-between gap-3 text-2xs text-ink-3">
        <span>{days[0] ? shortDay(days[0].date) : ''}</span>
        {peak?.count ? (
          <span className="truncate">
            most on {shortDay(peak.date)}: {number(peak.count)}
          </span>
        ) : null}
        <span>today</span>
      </p>
    </>
  );
}
