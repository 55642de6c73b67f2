// A stack for each week: at most four series and the rest. The legend carries the totals. Not for: shares of one whole.
import { cx } from '@/lib/cx';
import { number } from '@/lib/words';

export const seriesFill = ['bg-s1', 'bg-s2', 'bg-s3', 'bg-s4', 'bg-s5'];

export interface Series {
  name: string;
  /** Which of the fills it has; the last is that of the rest. */
  fill: number;
  total: number;
  values: readonly number[];
}

interface Props {
  series: readonly Series[];
  ticks: readonly string[];
  label: string;
}

export function StackedBars({ series, ticks, label }: Props) {
  const columns = series[0]?.values.length ?? 0;
  const sums = Array.from({ length: columns }, (_, column) =>
    series.reduce((sum, it) => sum + (it.values[column] ?? 0), 0),
  );
  const most = Math.max(1, ...sums);
  return (
    <>
      <div aria-label={label} className="flex h-30 items-end gap-1" role="img">
        {sums.map((sum, column) => (
          <div
            className="flex min-w-0 flex-1 flex-col-reverse gap-px"
            key={column.toString()}
            style={{ height: `${(sum / most) * 100}%` }}
          >
            {series.map((it) => (
              <span
                className={cx('w-full rounded-[1px]', seriesFill[it.fill])}
                key={it.name}
                style={{ flexGrow: it.values[column] ?? 0, flexBasis: 0 }}
                title={`${it.name}: ${number(it.values[column] ?? 0)}`}
              />
            ))}
          </div>
        ))}
      </div>
      <p className="mt-1 flex justify-between text-2xs text-ink-3">
        {ticks.map((tick) => (
          <span key={tick}>{tick}</span>
        ))}
      </p>
      <ul className="mt-3 grid grid-cols-2 gap-x-6 gap-y-1">
        {series.map((it) => (
          <li className="flex items-center gap-2 text-xs" key={it.name}>
            <span className={cx('size-2 shrink-0 rounded-[2px]', seriesFill[it.fill])} data-fill />
            <span className="truncate">{it.name}</span>
            <span className="nums ms-auto text-ink-2">{number(it.total)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
