// A certificate's life as a bar: what is used, where renewal begins, and now. Its tone is the certificate's.
// Not for: saying how much is left (Expiry stands beside it). Invariant: it is an image with a sentence.
import { cx } from '@/lib/cx';
import type { Life } from '@/lib/life';
import { date } from '@/lib/time';
import type { Tone } from '@/lib/tokens';

const fills: Record<Tone, string> = {
  ok: 'bg-ok-fill',
  warn: 'bg-warn-fill',
  crit: 'bg-crit-fill',
  info: 'bg-info-fill',
  neutral: 'bg-ink-3',
};

const share = (life: Life, at: number) =>
  Math.min(1, Math.max(0, (at - life.start) / Math.max(1, life.end - life.start)));
const rounded = (part: number) => `${Math.round(part * 1000) / 10}%`;

export function lifeSentence(life: Life, now: number): string {
  const renew = life.renew === null ? '' : `renews from ${date(life.renew)}, `;
  return `Issued ${date(life.start)}, ${renew}expires ${date(life.end)}; ${Math.floor(share(life, now) * 100)} % of its life used`;
}

export function ValidityBar({
  life,
  now,
  tone,
  className,
}: {
  life: Life;
  now: number;
  tone: Tone;
  className?: string;
}) {
  const used = share(life, now);
  const renew = life.renew === null ? null : share(life, life.renew);
  return (
    <span
      aria-label={lifeSentence(life, now)}
      className={cx('relative block h-1 overflow-visible rounded-full bg-fill-strong', className)}
      role="img"
    >
      <span
        className={cx('absolute inset-y-0 start-0 rounded-full', fills[tone])}
        style={{ width: `max(4px, ${rounded(used)})` }}
      />
      {renew !== null && renew > 0 && renew < 1 ? (
        <span className="absolute -inset-y-0.5 w-px bg-ink-3" style={{ insetInlineStart: rounded(renew) }} />
      ) : null}
    </span>
  );
}

/** The bar of a detail page: taller, with the renewal window hatched and now as a ring. */
export function ValidityBarLarge({ life, now, tone }: { life: Life; now: number; tone: Tone }) {
  const used = share(life, now);
  const renew = life.renew === null ? null : share(life, life.renew);
  return (
    <span aria-label={lifeSentence(life, now)} className="relative block h-2 rounded-[3px] bg-fill-strong" role="img">
      {renew === null ? null : (
        <span
          className="hatched absolute inset-y-0 end-0 rounded-e-[3px]"
          style={{ insetInlineStart: rounded(renew) }}
        />
      )}
      <span className={cx('absolute inset-y-0 start-0 rounded-[3px]', fills[tone])} style={{ width: rounded(used) }} />
      {renew === null ? null : (
        <span className="absolute -inset-y-1.5 w-px bg-ink-2" style={{ insetInlineStart: rounded(renew) }} />
      )}
      <span
        className={cx(
          'absolute top-1/2 size-4 -translate-x-1/2 -translate-y-1/2 rounded-full border-[2.5px] border-surface bg-surface ring-2',
          {
            ok: 'ring-ok-fill',
            warn: 'ring-warn-fill',
            crit: 'ring-crit-fill',
            info: 'ring-info-fill',
            neutral: 'ring-ink-3',
          }[tone],
        )}
        style={{ insetInlineStart: rounded(used) }}
      />
    </span>
  );
}
