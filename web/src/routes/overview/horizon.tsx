// The expiry horizon: 26 weeks of ends or of planned renewals, with the busiest days, also as a table.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { q } from '@/api/client';
import { ChartTable, TableToggle } from '@/components/charts/chart-table';
import { Heatmap } from '@/components/charts/heatmap';
import { ErrorState } from '@/components/error-state';
import { rowsLink } from '@/lib/certificate-grammar';
import { cx } from '@/lib/cx';
import { isOne } from '@/lib/locale';
import { ownZone, shortDay } from '@/lib/time';
import { number } from '@/lib/words';
import { Panel } from '@/ui/panel';
import { Segmented } from '@/ui/segmented';

const WEEKS = 26;
type Mode = 'expiry' | 'renewal';

export function Horizon() {
  const [mode, setMode] = useState<Mode>('expiry');
  const [table, setTable] = useState(false);
  const calendar = useQuery({
    ...q('/stats/expiry', { query: { days: WEEKS * 7, mode, tz: ownZone() } }),
    placeholderData: keepPreviousData,
  });
  const days = calendar.data?.days ?? [];
  const busiest = days.filter((day) => day.count > 0).toSorted((a, b) => b.count - a.count);
  const what = (count: number) => (mode === 'renewal' ? 'to be renewed' : isOne(count) ? 'expires' : 'expire');
  return (
    <Panel
      actions={
        <>
          <Segmented
            label="What is counted"
            onChange={setMode}
            options={[
              { value: 'expiry', label: 'Expiries' },
              { value: 'renewal', label: 'Planned renewals' },
            ]}
            value={mode}
          />
          <TableToggle onChange={setTable} table={table} />
        </>
      }
      note={`next ${WEEKS} weeks`}
      title="Expiry horizon"
    >
      {calendar.isError && !calendar.data ? (
        <ErrorState error={calendar.error} onRetry={() => void calendar.refetch()} what="The horizon" />
      ) : (
        <div className="flex gap-6 tablet:flex-col">
          <div className="min-h-52 min-w-0 flex-1">
            {table ? (
              <ChartTable
                heads={['Day', mode === 'expiry' ? 'Expire' : 'To be renewed', 'At risk']}
                rows={days
                  .filter((day) => day.count > 0)
                  .map((day) => ({
                    key: day.date,
                    cells: [
                      <Link className="hover:underline" key="day" {...rowsLink(day.rows)}>
                        {shortDay(day.date)}
                      </Link>,
                      number(day.count),
                      number(day.at_risk),
                    ],
                  }))}
              />
            ) : (
              <Heatmap days={days} what={what} />
            )}
          </div>
          <div className="w-56 shrink-0 border-s border-line ps-6 tablet:w-auto tablet:border-s-0 tablet:ps-0">
            <h3 className="mb-2 text-xs text-ink-2">Busiest days</h3>
            <ul>
              {busiest.slice(0, 5).map((day) => (
                <li key={day.date}>
                  <Link {...rowsLink(day.rows)} className="flex h-7 items-center gap-2 rounded-chip hover:underline">
                    <span className="nums w-24">{shortDay(day.date)}</span>
                    <span className="nums w-12 text-end">{number(day.count)}</span>
                    <span
                      className={cx('nums whitespace-nowrap text-xs', day.at_risk > 0 ? 'text-crit' : 'text-ink-3')}
                    >
                      {day.at_risk > 0 ? `${number(day.at_risk)} at risk` : ''}
                    </span>
                  </Link>
                </li>
              ))}
              {busiest.length === 0 && calendar.data ? (
                <li className="text-ink-3">
                  No certificate {mode === 'expiry' ? 'ends' : 'is to be renewed'} in these weeks.
                </li>
              ) : null}
            </ul>
            {calendar.data && calendar.data.before > 0 ? (
              <p className="mt-3 text-xs text-ink-3">
                {number(calendar.data.before)} {mode === 'expiry' ? 'ended' : 'were due'} before today.
              </p>
            ) : null}
          </div>
        </div>
      )}
    </Panel>
  );
}
