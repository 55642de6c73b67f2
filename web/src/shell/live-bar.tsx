// Whether what is seen is live: a dot in the top bar, and a bar under the page once it has been lost for half a minute.
// Beside it what else the page waits for. Not for: the stream itself (api/live.ts). Invariants: a short break (under five seconds) is not shown; the bar comes and goes
// without moving what is read.
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { Clock, Hourglass, WifiOff } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { reconnect, useLive } from '@/api/live';
import { pause } from '@/api/resend';
import { clockSkew, useNow, useSkewWorthSaying } from '@/lib/clock';
import { clock, span } from '@/lib/time';
import { plural } from '@/lib/words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';

const SHORT = 5_000;
const LONG = 30_000;
const POLL = 30_000;

export function LiveIndicator() {
  const live = useLive();
  const now = useNow();
  const lost = !live.connected && now - live.since > SHORT;
  return (
    <span className="inline-flex items-center gap-1.5 text-xs text-ink-2" role="status">
      <span aria-hidden="true" className={lost ? 'size-2 rotate-45 bg-warn-fill' : 'size-2 rounded-full bg-ok-fill'} />
      <span className="narrow:sr-only">{lost ? 'Reconnecting' : 'Live'}</span>
    </span>
  );
}

/** When what is on the page was read: the oldest part of it. */
export function oldest(queries: QueryClient): number | undefined {
  const read = queries
    .getQueryCache()
    .findAll({ type: 'active', stale: true })
    .map(({ state }) => state.dataUpdatedAt)
    .filter((at) => at > 0);
  return read.length === 0 ? undefined : Math.min(...read);
}

/** The server asked for a pause: what waits goes on by itself. */
function PauseBar() {
  const waiting = pause.use();
  const now = useNow();
  if (waiting === null) return null;
  return (
    <Banner className="border-t border-line px-5" icon={<Hourglass className="text-warn" size={16} />} tone="warn">
      <span className="font-medium">The server asked for a pause: too many requests came from here.</span>{' '}
      <span className="nums text-ink-2">
        {plural(waiting.waiting, { one: 'One request goes', other: '# requests go' })} on by{' '}
        {waiting.waiting === 1 ? 'itself' : 'themselves'} in {span(Math.max(1000, waiting.until - now + clockSkew()))}.
      </span>
    </Banner>
  );
}

/** The clock of this computer is wrong: times are the server's, but what is typed may not be meant so. */
function SkewBar() {
  const skew = useSkewWorthSaying();
  const [closed, setClosed] = useState(false);
  if (skew === 0 || closed) return null;
  return (
    <Banner
      actions={
        <Button onClick={() => setClosed(true)} size="sm" variant="ghost">
          Close
        </Button>
      }
      className="border-t border-line px-5"
      icon={<Clock className="text-warn" size={16} />}
      tone="warn"
    >
      <span className="font-medium">
        The clock of this computer is {span(Math.abs(skew))} {skew > 0 ? 'slow' : 'fast'}.
      </span>{' '}
      <span className="text-ink-2">Times here follow the server’s clock.</span>
    </Banner>
  );
}

export function Bars() {
  return (
    <>
      <SkewBar />
      <PauseBar />
      <LiveBar />
    </>
  );
}

function LiveBar() {
  const live = useLive();
  const now = useNow();
  const queries = useQueryClient();
  const gap = live.connected ? 0 : now - live.since;
  const shown = gap > LONG;

  // While the stream is down, what is visible is asked for again; when it is back, once.
  const was = useRef(live.connected);
  useEffect(() => {
    if (live.connected) {
      if (!was.current) void queries.invalidateQueries();
      was.current = true;
      return;
    }
    was.current = false;
    const timer = setInterval(() => {
      if (!document.hidden) void queries.invalidateQueries({ refetchType: 'active' });
    }, POLL);
    return () => clearInterval(timer);
  }, [live.connected, queries]);

  if (!shown) return null;
  return (
    <Banner
      actions={
        <>
          {live.retryAt !== null && live.retryAt > now ? (
            <span className="nums whitespace-nowrap text-xs text-ink-3">retrying in {span(live.retryAt - now)}</span>
          ) : null}
          <Button onClick={reconnect} size="sm">
            Reconnect now
          </Button>
        </>
      }
      className="border-t border-line px-5"
      icon={<WifiOff className="text-warn" size={16} />}
      tone="warn"
    >
      <span className="font-medium">Live updates stopped {span(gap)} ago.</span>{' '}
      <span className="text-ink-2">
        You see data from {clock(oldest(queries) ?? live.since, 'UTC')} UTC. Actions still work and are checked by the
        server.
      </span>
    </Banner>
  );
}
