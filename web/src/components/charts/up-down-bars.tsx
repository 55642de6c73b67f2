// What went well upwards, what failed downwards on a scale of its own: three failures on seven hundred successes are seen.
import { longDay, shortDay } from '@/lib/time';
import { number } from '@/lib/words';

export interface UpDown {
  date: string;
  up: number;
  down: number;
}

export function UpDownBars({ days, label }: { days: readonly UpDown[]; label: string }) {
  const most = Math.max(1, ...days.map((day) => day.up));
  const worst = days.reduce((a, b) => (b.down > a.down ? b : a), days[0] ?? { date: '', up: 0, down: 0 });
  const mostDown = Math.max(4, worst.down);
  return (
    <>
      <div aria-label={label} className="flex h-36 items-stretch gap-px" role="img">
        {days.map((day) => (
          <div
            className="flex min-w-0 flex-1 flex-col"
            key={day.date}
            title={`${longDay(day.date)}: ${number(day.up)} done, ${number(day.down)} failed`}
          >
            <div className="flex h-24 items-end">
              <span
                className="w-full rounded-t-[2px] bg-ok-fill"
                style={{ height: day.up === 0 ? 0 : `${Math.max(3, (day.up / most) * 100)}%` }}
              />
            </div>
            <span className="h-px bg-line-strong" />
            <div className="flex-1">
              <span
                className="hatched-crit block w-full"
                style={{ height: day.down === 0 ? 0 : `${Math.max(8, (day.down / mostDown) * 100)}%` }}
              />
            </div>
          </div>
        ))}
      </div>
      <p className="nums mt-1 flex justify-between text-2xs text-ink-3">
        <span>{days[0] ? shortDay(days[0].date) : ''}</span>
        {worst.down > 0 ? (
          <span className="text-crit">
            {number(worst.down)} failed on {shortDay(worst.date)}
          </span>
        ) : null}
        <span>today</span>
      </p>
    </>
  );
}
