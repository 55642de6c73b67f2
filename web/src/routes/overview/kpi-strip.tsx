// Six numbers in one row; each is a link to exactly the rows that it counts, and so is a number below it.
// Not for: agents by version (trends.tsx). Invariant: a change is said only against a day that was counted.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import { Spark } from '@/components/spark';
import { rowsLink } from '@/lib/certificate-grammar';
import { cx } from '@/lib/cx';
import { currentTeam } from '@/lib/scope';
import type { Tone } from '@/lib/tokens';
import { number, percent } from '@/lib/words';
import { change } from './change';
import { Flash } from './flash';

type Value = Schemas['StatsSummary']['values'][number];
type To = ReturnType<typeof rowsLink>;

interface CellProps {
  label: string;
  value: ReactNode;
  note: ReactNode;
  to?: To;
  tone: Tone;
  history?: readonly (number | null)[];
}

const noteLook = 'nums block truncate text-xs text-ink-3';

function Cell({ label, value, note, to, tone, history }: CellProps) {
  const top = (
    <>
      <span className="block text-xs text-ink-3">{label}</span>
      <span className="flex h-7 items-center justify-between gap-2">
        <span className={cx('nums text-xl font-semibold', tone === 'crit' ? 'text-crit' : 'text-ink')}>{value}</span>
        {history ? <Spark label={`${label}, last ten days`} tone={tone} values={history} /> : null}
      </span>
    </>
  );
  // What leads elsewhere stands beside the cell's own link.
  const within = typeof note === 'string' ? <span className={noteLook}>{note}</span> : null;
  return (
    <div className={cx('relative min-w-0 bg-surface px-4 py-3', to && 'hover:bg-fill')}>
      {to ? (
        <Link
          {...to}
          className="block after:absolute after:inset-0 after:-outline-offset-2 after:content-[''] focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent-ink"
        >
          {top}
          {within}
        </Link>
      ) : (
        <>
          {top}
          {within}
        </>
      )}
      {within ? null : <span className={noteLook}>{note}</span>}
    </div>
  );
}

/** A number below a cell's own, with its own rows. */
function Also({ to, children }: { to: To; children: ReactNode }) {
  return (
    <Link
      {...to}
      className="relative z-10 -my-1.5 inline-block rounded-chip py-1.5 text-ink-2 underline decoration-line-strong hover:text-ink hover:decoration-current"
    >
      {children}
    </Link>
  );
}

const history = (value: Value | undefined) => value?.history.map((day) => day.value ?? null);

export function KpiStrip() {
  const summary = useQuery(q('/stats/summary'));
  const fleet = useQuery(q('/stats/fleet'));
  if (summary.isError && !summary.data) {
    return (
      <div className="rounded-panel border border-line bg-surface">
        <ErrorState error={summary.error} onRetry={() => void summary.refetch()} what="The counts" />
      </div>
    );
  }
  const value = (name: string) => summary.data?.values.find((it) => it.name === name);
  const cell = (
    name: string,
    label: string,
    tone: (value: number) => Tone,
    note: (value: Value) => ReactNode,
    show?: (value: Value) => ReactNode,
  ) => {
    const it = value(name);
    if (it === undefined) return <Cell key={name} label={label} note={'\u00a0'} tone="neutral" value={'\u00a0'} />;
    return (
      <Cell
        history={history(it)}
        key={name}
        label={label}
        note={note(it)}
        to={rowsLink(it.rows)}
        tone={tone(it.value)}
        value={<Flash of={String(it.value)}>{show?.(it) ?? number(it.value)}</Flash>}
      />
    );
  };
  const since = (days: 1 | 7, otherwise: string) => (it: Value) => change(it, days) ?? otherwise;
  const renewing = value('renewing');
  const away = (fleet.data?.health ?? [])
    .filter((part) => part.value === 'late' || part.value === 'offline')
    .reduce((sum, part) => sum + part.agents, 0);
  const others = fleet.data?.other_version ?? 0;
  return (
    <section
      aria-label="Key figures"
      className="grid grid-cols-6 gap-px overflow-hidden rounded-panel border border-line bg-line tablet:grid-cols-3 narrow:grid-cols-2"
    >
      {cell('certificates', 'Certificates', () => 'neutral', since(7, 'under management'))}
      {cell(
        'healthy',
        'Healthy',
        () => 'ok',
        (it) => `${number(it.value)} of ${number(it.of ?? 0)}`,
        (it) => percent(it.value, it.of ?? 0),
      )}
      {cell(
        'due',
        'Renewal due',
        (n) => (n > 0 ? 'warn' : 'neutral'),
        (it) =>
          renewing && renewing.value > 0 ? (
            <Also to={rowsLink(renewing.rows)}>{number(renewing.value)} renewing now</Also>
          ) : (
            (change(it, 1) ?? 'none is being renewed')
          ),
      )}
      {cell('failing', 'Renewal failing', (n) => (n > 0 ? 'crit' : 'neutral'), since(1, 'with a failed attempt'))}
      {cell(
        'unverified',
        'Not verified live',
        (n) => (n > 0 ? 'warn' : 'neutral'),
        since(1, 'deployed, not seen live'),
      )}
      <Cell
        history={history(value('agents_online'))}
        label={currentTeam() ? 'Agents online, all teams' : 'Agents online'}
        note={
          fleet.data === undefined ? (
            '\u00a0'
          ) : (
            <>
              {away > 0 ? (
                <Also to={{ to: '/agents', search: { health: 'late,offline', state: 'active,quarantined' } }}>
                  {number(away)} away
                </Also>
              ) : (
                'all heard of'
              )}
              {others > 0 ? (
                <>
                  {', '}
                  <Also
                    to={{
                      to: '/agents',
                      search: { version: `-${fleet.data.server_version},-none`, state: 'active,quarantined' },
                    }}
                  >
                    {number(others)} other version
                  </Also>
                </>
              ) : null}
            </>
          )
        }
        to={{ to: '/agents', search: { health: 'online', state: 'active' } }}
        tone="neutral"
        value={
          fleet.data ? (
            <>
              {number(fleet.data.online)}
              <span className="font-normal text-ink-3">/{number(fleet.data.agents)}</span>
            </>
          ) : (
            '\u00a0'
          )
        }
      />
    </section>
  );
}
