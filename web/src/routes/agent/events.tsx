// What happened to an agent, by the audit trail: joined, another version, quarantined, renamed. Not for: its work (jobs.tsx).
// Invariant: who may not read the trail is told so, and what right it takes.
import { useQuery } from '@tanstack/react-query';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { q } from '@/api/client';
import { useActorNames } from '@/components/actor-names';
import { ErrorState } from '@/components/error-state';
import { TimeAgo } from '@/components/times';
import { agentEvent } from '@/lib/agent-words';
import { number } from '@/lib/words';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';

const SHOWN = 8;

export function AgentEvents({ id }: { id: string }) {
  const missing = may(useCaller(), 'audit.read');
  const whoOf = useActorNames();
  const events = useQuery({
    ...q('/audit', { query: { object: id, limit: SHOWN, total: true } }),
    enabled: missing === null,
  });
  const total = events.data?.total ?? 0;
  return (
    <Panel
      actions={
        total > SHOWN ? (
          <TextLink className="text-xs" search={{ object: id } as never} to="/audit">
            All {number(total)}
          </TextLink>
        ) : null
      }
      flush
      title="Events"
    >
      {missing ? (
        <p className="px-4 py-5 text-ink-3">Reading its events {missing}.</p>
      ) : events.isError && !events.data ? (
        <ErrorState error={events.error} onRetry={() => void events.refetch()} what="Its events" />
      ) : events.data === undefined ? (
        <SkeletonRows rows={3} />
      ) : events.data.items.length === 0 ? (
        <p className="px-4 py-5 text-ink-3">Nothing is recorded of it.</p>
      ) : (
        <ul className="divide-y divide-line">
          {events.data.items.map((each) => (
            <li className="flex gap-3 px-4 py-2.5" key={each.id}>
              <span className="min-w-0 flex-1">
                <span className="block break-words">{agentEvent(each)}</span>
                <span className="text-xs text-ink-3">
                  {each.actor.kind === 'agent' || each.actor.kind === 'anonymous'
                    ? 'by itself'
                    : `by ${whoOf(each.actor, each.actor_name)}`}
                </span>
              </span>
              <TimeAgo at={each.at} className="text-xs text-ink-3" />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
