// Six numbers in one row; each is a link to exactly the rows that it counts.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import { Spark } from '@/components/spark';
import { rowsLink } from '@/lib/certificate-grammar';
import { cx } from '@/lib/cx';
import type { Tone } from '@/lib/tokens';
import { number, percent } from '@/lib/words';

type Value = Schemas['StatsSummary']['values'][number];

function Cell({
  label,
  value,
  note,
  to,
  tone,
  history,
}: {
  label: string;
  value: ReactNode;
  note: string;
  to?: ReturnType<typeof rowsLink>;
  tone: Tone;
  history?: readonly (number | null)[];
}) {
  const inner = (
    <>
      <span className="block text-xs text-ink-3">{label}</span>
      <span className="flex h-7 items-center justify-between gap-2">
        <span className={cx('nums text-xl font-semibold', tone === 'crit' ? 'text-crit' : 'text-ink')}>{value}</span>
        {history ? <Spark label={`${label}, last ten days`} tone={tone} values={history} /> : null}
      </span>
      <span className="block truncate text-xs text-ink-3">{note}</span>
    </>
  );
  const look = 'min-w-0 bg-surface px-4 py-3';
  return to ? (
    <Link {...to} className={cx(look, '-outline-offset-2 hover:bg-fill')}>
      {inner}
    </Link>
  ) : (
    <div className={look}>{inner}</div>
  );
}

const history = (value: Value) => value.history.map((day) => day.value ?? null);

/** `+4 since yesterday`, or what it is a part of. */
function change(value: Value, otherwise: string): string {
  const known = history(value).filter((day): day is number => day !== null);
  const before = known.at(-2);
  if (before === undefined || value.value === before) return otherwise;
  return `${value.value > before ? '+' : '−'}${number(Math.abs(value.value - before))} since yesterday`;
}

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
    show?: (value: Value) => ReactNode,
    note?: (value: Value) => string,
  ) => {
    const it = value(name);
    if (it === undefined) return <Cell key={name} label={label} note={'\u00a0'} tone="neutral" value={'\u00a0'} />;
    return (
      <Cell
        history={history(it)}
        key={name}
        label={label}
        note={note?.(it) ?? change(it, `of ${number(it.of ?? 0)}`)}
        to={rowsLink(it.rows)}
        tone={tone(it.value)}
        value={show?.(it) ?? number(it.value)}
      />
    );
  };
  const away = (fleet.data?.health ?? [])
    .filter((part) => part.value === 'late' || part.value === 'offline')
    .reduce((sum, part) => sum + part.agents, 0);
  return (
    <section
      aria-label="Key figures"
      className="grid grid-cols-6 gap-px overflow-hidden rounded-panel border border-line bg-line tablet:grid-cols-3 narrow:grid-cols-2"
    >
      {cell(
        'certificates',
        'Certificates',
        () => 'neutral',
        undefined,
        (it) => change(it, 'under management'),
      )}
      {cell(
        'healthy',
        'Healthy',
        () => 'ok',
        (it) => percent(it.value, it.of ?? 0),
        (it) => `${number(it.value)} of ${number(it.of ?? 0)}`,
      )}
      {cell(
        'due',
        'Renewal due',
        (n) => (n > 0 ? 'warn' : 'neutral'),
        undefined,
        (it) => change(it, 'waiting for their turn'),
      )}
      {cell(
        'failing',
        'Renewal failing',
        (n) => (n > 0 ? 'crit' : 'neutral'),
        undefined,
        (it) => change(it, 'with a failed attempt'),
      )}
      {cell(
        'unverified',
        'Not verified live',
        (n) => (n > 0 ? 'warn' : 'neutral'),
        undefined,
        (it) => change(it, 'deployed, not seen live'),
      )}
      <div className="relative min-w-0 bg-surface px-4 py-3 hover:bg-fill">
        <Link
          className="after:absolute after:inset-0 after:-outline-offset-2 after:content-[''] focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent-ink"
          search={{ health: 'online', state: 'active' } as never}
          to="/agents"
        >
          <span className="block text-xs text-ink-3">Agents online</span>
          <span className="nums flex h-7 items-center text-xl font-semibold">
            {fleet.data ? (
              <>
                {number(fleet.data.online)}
                <span className="font-normal text-ink-3">/{number(fleet.data.agents)}</span>
              </>
            ) : (
              '\u00a0'
            )}
          </span>
        </Link>
        <span className="block truncate text-xs text-ink-3">
          {fleet.data === undefined ? (
            '\u00a0'
          ) : away > 0 ? (
            <Link
              className="relative z-10 -my-1.5 inline-block rounded-chip py-1.5 text-ink-2 underline hover:text-ink"
              search={{ health: 'late,offline', state: 'active,quarantined' } as never}
              to="/agents"
            >
              {number(away)} away
            </Link>
          ) : (
            'all heard of'
          )}
          {fleet.data && fleet.data.other_version > 0 ? `, ${number(fleet.data.other_version)} other version` : ''}
        </span>
      </div>
    </section>
  );
}
