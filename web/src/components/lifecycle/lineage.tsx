// The versions of a certificate on a time axis: a bar for each round, a tick where the next one was issued,
// the revoked part dashed, and now.
// Not for: comparing versions. Invariant: an image with a sentence; the table of versions says the same.
import { scaleTime } from 'd3-scale';
import { useState } from 'react';
import { useNow } from '@/lib/clock';
import { cx } from '@/lib/cx';
import { type Round, revokedAt, roundName } from '@/lib/lineage';
import { clock, date, day, month } from '@/lib/time';
import type { Tone } from '@/lib/tokens';
import { count } from '@/lib/words';
import { Button } from '@/ui/button';

const fills: Record<Tone, string> = {
  ok: 'bg-ok-fill',
  warn: 'bg-warn-fill',
  crit: 'bg-crit-fill',
  info: 'bg-info-fill',
  neutral: 'bg-ink-3',
};

const SHOWN = 8;
const DAY = 86_400_000;

interface Props {
  /** The oldest first. */
  rounds: readonly Round[];
  tone: Tone;
  /** Where the current round is to be renewed. */
  renew: number | null;
  holderName: (agentId: string | null | undefined) => string;
}

export function Lineage({ rounds, tone, renew, holderName }: Props) {
  const now = useNow(5000);
  const [all, setAll] = useState(false);
  const [split, setSplit] = useState(false);
  const shown = (all ? rounds.slice(-60) : rounds.slice(-SHOWN)).toReversed();
  const several = shown.some((round) => round.versions.length > 1);
  if (shown.length === 0) return <p className="px-4 py-6 text-ink-3">No version was issued yet.</p>;
  const from = Math.min(...shown.map((round) => round.start));
  const to = Math.max(now, ...shown.map((round) => round.end));
  const pad = (to - from) * 0.02;
  const scale = scaleTime([new Date(from - pad), new Date(to + pad)], [0, 100]);
  const at = (time: number) => `${scale(new Date(time))}%`;
  const ticks = scale.ticks(6);
  /** Nearer to each other than a minute: two of them would have the same words. */
  const fine = Number(ticks[1]) - Number(ticks[0]) < 60_000;
  const label = (tick: Date) =>
    to - from > 400 * DAY
      ? month(tick.getTime())
      : to - from > 3 * DAY
        ? day(tick.getTime())
        : clock(tick.getTime()).slice(0, fine ? 8 : 5);
  return (
    <div className="px-4 pt-3 pb-3">
      <div
        aria-label={`${count(shown.length, 'version')}, the first valid from ${date(from)}, the last until ${date(to)}`}
        className="relative ps-12"
        role="img"
      >
        <div className="absolute top-0 end-0 bottom-5 start-12">
          {ticks.map((tick) => (
            <span
              className="absolute inset-y-0 w-px bg-line"
              key={tick.getTime()}
              style={{ insetInlineStart: at(tick.getTime()) }}
            />
          ))}
          <span className="absolute inset-y-0 z-10 w-[1.5px] bg-accent-ink" style={{ insetInlineStart: at(now) }} />
        </div>
        {shown.map((round, place) => {
          const next = place === 0 ? null : shown[place - 1];
          const newest = place === 0;
          const mark = next ? next.issued : renew;
          const bars = split ? round.versions : [null];
          return (
            <div className="relative flex min-h-5.5 items-center" key={round.issued}>
              <span
                className={cx('nums absolute -start-12 w-11 truncate text-xs', newest ? 'font-semibold' : 'text-ink-3')}
              >
                {roundName(round)}
              </span>
              <div className="relative flex w-full flex-col gap-0.5 py-1">
                {bars.map((version) => {
                  const start = version ? Date.parse(version.not_before) : round.start;
                  const end = version ? Date.parse(version.not_after) : round.end;
                  const gone = revokedAt(version ? [version] : round.versions);
                  const shownEnd = gone === null ? end : Math.min(Math.max(gone, start), end);
                  const words = `${roundName(round)}${version ? ` of ${holderName(version.agent_id)}` : ''}: ${date(start)} to ${date(end)}${gone === null ? '' : `, revoked ${date(gone)}`}`;
                  return (
                    <span className={cx('relative block', version ? 'h-1' : 'h-2')} key={version?.id ?? 'all'}>
                      <span
                        className={cx('absolute inset-y-0 rounded-[2px]', newest ? fills[tone] : 'bg-fill-strong')}
                        style={{
                          insetInlineStart: at(start),
                          width: `max(3px, ${scale(new Date(shownEnd)) - scale(new Date(start))}%)`,
                        }}
                        title={words}
                      />
                      {gone === null ? null : (
                        <span
                          className="absolute inset-y-0 rounded-[2px] border border-dashed border-ink-3"
                          style={{
                            insetInlineStart: at(shownEnd),
                            width: `max(3px, ${scale(new Date(end)) - scale(new Date(shownEnd))}%)`,
                          }}
                          title={words}
                        />
                      )}
                    </span>
                  );
                })}
                {mark !== null && mark > round.start && mark < round.end ? (
                  <span
                    className={cx('absolute inset-y-0 w-[1.5px]', newest ? 'bg-ink' : 'bg-ink-3')}
                    style={{ insetInlineStart: at(mark) }}
                  />
                ) : null}
              </div>
            </div>
          );
        })}
        <div className="nums relative mt-2 h-5 text-2xs text-ink-3">
          {ticks.map((tick) => {
            const place = scale(tick);
            return Math.abs(place - scale(new Date(now))) < 6 || place < 2 || place > 97 ? null : (
              <span
                className="absolute -translate-x-1/2"
                key={tick.getTime()}
                style={{ insetInlineStart: `${place}%` }}
              >
                {label(tick)}
              </span>
            );
          })}
          <span
            className="absolute -translate-x-1/2 rounded-chip bg-accent-soft px-1 font-semibold text-accent-ink"
            style={{ insetInlineStart: `clamp(14px, ${at(now)}, calc(100% - 14px))` }}
          >
            now
          </span>
        </div>
      </div>
      {rounds.length > SHOWN || several ? (
        <div className="mt-1 flex gap-1">
          {rounds.length > SHOWN ? (
            <Button onClick={() => setAll(!all)} size="sm" variant="ghost">
              {all ? `Last ${SHOWN} only` : rounds.length > 60 ? 'Last 60' : `All ${rounds.length}`}
            </Button>
          ) : null}
          {several ? (
            <Button aria-pressed={split} onClick={() => setSplit(!split)} size="sm" variant="ghost">
              {split ? 'Join key holders' : 'Split by key holder'}
            </Button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}
