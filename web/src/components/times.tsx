// Times on the page: what is left, how long ago, and the moment itself. They take RFC 3339 and tick by themselves.
// Invariant: the absolute time is in the tooltip and in `<time datetime>`, in the reader's zone and in UTC.
import { useTicking } from '@/lib/clock';
import { cx } from '@/lib/cx';
import { absolute, ago, clock, instant, left, span } from '@/lib/time';

function both(at: number): string {
  const own = absolute(at);
  const utc = absolute(at, 'UTC');
  return own === utc ? utc : `${own}\n${utc}`;
}

interface Props {
  at: string | null | undefined;
  className?: string;
}

function Relative({ at, className, text }: Props & { text: (at: number | null, now: number) => string }) {
  const moment = instant(at);
  const words = useTicking((now) => text(moment, now));
  if (moment === null) return <span className={cx('nums', className)}>{words}</span>;
  return (
    <time
      className={cx('nums whitespace-nowrap', className)}
      dateTime={at ?? undefined}
      // Written when the pointer comes: a page of them is drawn sooner without.
      onPointerEnter={(event) => {
        event.currentTarget.title = both(moment);
      }}
    >
      {words}
    </time>
  );
}

/** `62 d left`, `expired 3 d ago` */
export const Expiry = (props: Props) => <Relative {...props} text={left} />;

/** `40 s ago` */
export const TimeAgo = (props: Props) => <Relative {...props} text={ago} />;

/** `in 32 d`, and `overdue 5 min` once it has passed */
export const TimeUntil = (props: Props) => (
  <Relative {...props} text={(at, now) => (at === null ? 'not known' : at > now ? `in ${span(at - now)}` : 'now')} />
);

/** How long it has been going on: `12 s` */
export const Since = (props: Props) => <Relative {...props} text={(at, now) => (at === null ? '' : span(now - at))} />;

/** The moment itself, in UTC unless said otherwise: for records. */
export function Timestamp({ at, zone = 'UTC', timeOnly, className }: Props & { zone?: string; timeOnly?: boolean }) {
  const moment = instant(at);
  if (moment === null) return <span className={className}>not known</span>;
  return (
    <time className={cx('nums whitespace-nowrap', className)} dateTime={at ?? undefined} title={both(moment)}>
      {timeOnly ? clock(moment, zone) : absolute(moment, zone)}
    </time>
  );
}
