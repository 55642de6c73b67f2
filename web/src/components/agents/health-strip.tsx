// The last 24 hours of an agent: when it was heard from, span by span, as the control plane saw it. Not for: judging it.
// Invariants: the time before it joined is empty, not silent; colour never stands alone (height and words say it too).
import type { Schemas } from '@/api/types';
import { cx } from '@/lib/cx';
import { clock, instant, ownZone, took } from '@/lib/time';
import { agentHealths } from '@/lib/tokens';
import { count } from '@/lib/words';

type Span = Schemas['HealthSpan'];
type Health = Schemas['AgentHealth'];

const DAY = 86_400_000;

const looks: Record<Health, string> = {
  online: 'h-2 bg-ok-fill',
  late: 'h-4 bg-warn-fill',
  offline: 'h-6 bg-crit-fill',
};

export interface Placed {
  health: Health;
  from: number;
  until: number;
  /** Shares of the day. */
  start: number;
  width: number;
}

/** The spans on a day that ends with the last of them. */
export function placed(spans: readonly Span[]): Placed[] {
  const end = instant(spans.at(-1)?.until) ?? 0;
  return spans.flatMap((span) => {
    const from = instant(span.from) ?? end;
    const until = instant(span.until) ?? end;
    const start = Math.max(0, 1 - (end - from) / DAY);
    return [{ health: span.health, from, until, start, width: Math.max(0, 1 - (end - until) / DAY - start) }];
  });
}

/** `never silent`, or how often and for how long. */
export function silenceWords(spans: readonly Placed[]): string {
  const silent = spans.filter((span) => span.health === 'offline');
  if (silent.length === 0)
    return spans.some((span) => span.health === 'late') ? 'never offline, late at times' : 'never silent';
  const sum = silent.reduce((total, span) => total + (span.until - span.from), 0);
  return silent.length === 1
    ? `offline once, for ${took(sum)}`
    : `offline ${count(silent.length, 'time')}, ${took(sum)} in all`;
}

export function HealthStrip({ spans }: { spans: readonly Span[] }) {
  const all = placed(spans);
  const words = silenceWords(all);
  const zone = ownZone();
  return (
    <div aria-label={`The last 24 hours: ${words}`} className="px-4 pt-4 pb-3" role="img">
      <div className="relative h-6 border-b border-line">
        {all.map((span) => (
          <span
            className={cx('absolute bottom-0 min-w-px', looks[span.health])}
            key={span.from}
            style={{ insetInlineStart: `${span.start * 100}%`, width: `${span.width * 100}%` }}
            title={`${agentHealths[span.health].label} from ${clock(span.from, zone)} to ${clock(span.until, zone)}, ${took(span.until - span.from)}`}
          />
        ))}
      </div>
      <p className="mt-1.5 flex justify-between gap-3 text-2xs text-ink-3">
        <span>24 h ago</span>
        <span className="truncate">{words}</span>
        <span>now</span>
      </p>
    </div>
  );
}
