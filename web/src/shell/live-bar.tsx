// Whether what is seen is live: a dot in the top bar, and a bar under the page once it has been lost for half a minute.
// Not for: the stream itself (api/live.ts). Invariants: a short break (under five seconds) is not shown; the bar comes and goes
// without moving what is read.
import { useQueryClient } from '@tanstack/react-query';
import { WifiOff } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { reconnect, useLive } from '@/api/live';
import { useNow } from '@/lib/clock';
import { clock, span } from '@/lib/time';
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

export function LiveBar() {
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
    const timer = setInterval(() => void queries.invalidateQueries({ refetchType: 'active' }), POLL);
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
        You see data from {clock(live.since, 'UTC')} UTC. Actions still work and are checked by the server.
      </span>
    </Banner>
  );
}
