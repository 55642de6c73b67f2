// A bar for each of the next days; each is a link to the rows of its day. Not for: many weeks (Heatmap).
import { Link } from '@tanstack/react-router';
import type { Schemas } from '@/api/types';
import { rowsLink } from '@/lib/certificate-grammar';
import { cx } from '@/lib/cx';
import { longDay } from '@/lib/time';
import { number } from '@/lib/words';

export function DayBars({ days, what }: { days: readonly Schemas['ExpiryDay'][]; what: string }) {
  const most = Math.max(1, ...days.map((day) => day.count));
  return (
    <div className="my-2 flex h-14 items-end gap-1">
      {days.map((day, index) => (
        <Link
          {...rowsLink(day.rows)}
          aria-label={`${longDay(day.date)}: ${number(day.count)} ${what}`}
          className="group flex h-full flex-1 items-end"
          key={day.date}
          title={`${longDay(day.date)}: ${number(day.count)} ${what}`}
        >
          <span
            className={cx('w-full rounded-[2px]', index === 0 ? 'bg-info-fill' : 'bg-h3 group-hover:bg-h4')}
            style={{ height: day.count === 0 ? '2px' : `${Math.max(6, (day.count / most) * 100)}%` }}
          />
        </Link>
      ))}
    </div>
  );
}
