// How it has been going: renewals of 30 days, what each issuer signed in 16 weeks, which versions the agents run.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { q } from '@/api/client';
import { ChartTable, TableToggle } from '@/components/charts/chart-table';
import { type Series, StackedBars, seriesFill } from '@/components/charts/stacked-bars';
import { UpDownBars } from '@/components/charts/up-down-bars';
import { ErrorState } from '@/components/error-state';
import { cx } from '@/lib/cx';
import { day, shortDay } from '@/lib/time';
import { count, number } from '@/lib/words';
import { Panel } from '@/ui/panel';

export function RenewalSuccess() {
  const [table, setTable] = useState(false);
  const renewals = useQuery(q('/stats/renewals', { query: { days: 30 } }));
  const it = renewals.data;
  const days = (it?.days ?? []).map((each) => ({ date: each.date, up: each.issued + each.renewed, down: each.failed }));
  return (
    <Panel
      actions={it && it.succeeded + it.failed > 0 ? <TableToggle onChange={setTable} table={table} /> : null}
      note="30 days"
      title="Renewal success"
    >
      {renewals.isError && !it ? (
        <ErrorState error={renewals.error} onRetry={() => void renewals.refetch()} what="This chart" />
      ) : null}
      {it && it.succeeded + it.failed === 0 ? (
        <p className="text-ink-3">Nothing was issued or renewed in these 30 days.</p>
      ) : null}
      {it && it.succeeded + it.failed > 0 ? (
        <>
          <p className="mb-3 flex items-baseline gap-2">
            <span className="nums text-2xl font-semibold">{rate(it.success_percent)}</span>
            <span className="text-xs text-ink-3">first attempt {rate(it.first_try_percent)}</span>
          </p>
          {table ? (
            <ChartTable
              heads={['Day', 'Done', 'Failed']}
              rows={days
                .filter((each) => each.up + each.down > 0)
                .map((each) => ({
                  key: each.date,
                  cells: [shortDay(each.date), number(each.up), number(each.down)],
                }))}
            />
          ) : (
            <UpDownBars
              days={days}
              label={`Of ${number(it.succeeded + it.failed)} issuances and renewals, ${number(it.failed)} were given up`}
            />
          )}
        </>
      ) : null}
    </Panel>
  );
}

const rate = (value: number | null | undefined) => (value == null ? 'none' : `${value.toFixed(1)}%`);

const NAMED = 4;

export function Issuance() {
  const [table, setTable] = useState(false);
  const issuance = useQuery(q('/stats/issuance', { query: { weeks: 16 } }));
  const it = issuance.data;
  const series = it ? seriesOf(it) : [];
  const weeks = it?.weeks ?? [];
  const tick = (index: number) => (weeks[index] ? day(Date.parse(weeks[index].date), 'UTC') : '');
  return (
    <Panel
      actions={series.length > 0 ? <TableToggle onChange={setTable} table={table} /> : null}
      note="16 weeks, by issuer"
      title="Issuance"
    >
      {issuance.isError && !it ? (
        <ErrorState error={issuance.error} onRetry={() => void issuance.refetch()} what="This chart" />
      ) : null}
      {it && series.length === 0 ? <p className="text-ink-3">Nothing was signed in these weeks.</p> : null}
      {series.length > 0 && table ? (
        <ChartTable
          heads={['Week of', ...series.map((each) => each.name)]}
          rows={weeks
            .map((week, index) => ({
              key: week.date,
              total: week.total,
              cells: [tick(index), ...series.map((each) => number(each.values[index] ?? 0))],
            }))
            .filter((week) => week.total > 0)}
        />
      ) : null}
      {series.length > 0 && !table ? (
        <StackedBars
          label={`What each issuer signed: ${series.map((each) => `${each.name} ${number(each.total)}`).join(', ')}`}
          series={series}
          ticks={[tick(0), tick(Math.floor(weeks.length / 3)), tick(Math.floor((weeks.length * 2) / 3)), 'this week']}
        />
      ) : null}
    </Panel>
  );
}

function seriesOf(it: {
  issuers: readonly { issuer_id: string; name?: string | null; signed: number }[];
  weeks: readonly { signed: Record<string, number>; total: number }[];
}): Series[] {
  // A colour belongs to an issuer, not to its rank: by id, so that it stays when another signs more.
  const signing = it.issuers.filter((issuer) => issuer.signed > 0).toSorted((a, b) => b.signed - a.signed);
  const ids = signing.map((issuer) => issuer.issuer_id);
  const shown = ids.slice(0, NAMED).toSorted();
  const named = signing.slice(0, NAMED).map((issuer) => ({
    name: issuer.name ?? issuer.issuer_id,
    fill: shown.indexOf(issuer.issuer_id),
    total: issuer.signed,
    values: it.weeks.map((week) => week.signed[issuer.issuer_id] ?? 0),
  }));
  const rest = signing.slice(NAMED);
  if (rest.length === 0) return named;
  const others = ids.slice(NAMED);
  return [
    ...named,
    {
      name: `Other (${number(rest.length)})`,
      fill: NAMED,
      total: rest.reduce((sum, issuer) => sum + issuer.signed, 0),
      values: it.weeks.map((week) => others.reduce((sum, id) => sum + (week.signed[id] ?? 0), 0)),
    },
  ];
}

export function FleetVersions() {
  const fleet = useQuery(q('/stats/fleet'));
  const it = fleet.data;
  return (
    <Panel note={it ? count(it.agents, 'agent') : undefined} title="Fleet versions">
      {fleet.isError && !it ? (
        <ErrorState error={fleet.error} onRetry={() => void fleet.refetch()} what="This chart" />
      ) : null}
      {it && it.agents === 0 ? <p className="text-ink-3">No agent has joined yet.</p> : null}
      {it && it.agents > 0 ? (
        <>
          <div
            aria-label={it.versions
              .map((part) => `${part.value ? `v${part.value}` : 'not known'}: ${number(part.agents)}`)
              .join(', ')}
            className="flex h-2 gap-px overflow-hidden rounded-full"
            role="img"
          >
            {it.versions.map((part, index) => (
              <span
                className={cx(seriesFill[Math.min(index, 4)])}
                key={part.value ?? 'unknown'}
                style={{ flexGrow: part.agents }}
              />
            ))}
          </div>
          <ul className="mt-2 divide-y divide-line">
            {it.versions.slice(0, 5).map((part, index) => (
              <li className="flex h-9 items-center gap-2" key={part.value ?? 'unknown'}>
                <span className={cx('size-2 rounded-[2px]', seriesFill[Math.min(index, 4)])} data-fill />
                <code>{part.value ? `v${part.value}` : 'not known'}</code>
                <span className="text-xs text-ink-3">
                  {part.value === it.server_version ? 'current' : part.value ? 'differs from the server' : ''}
                </span>
                <span className="nums ms-auto text-ink-2">{number(part.agents)}</span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Panel>
  );
}
