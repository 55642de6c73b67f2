// What the audit trail holds of a job: who began, decided, retried, cancelled it. Not for: its steps (log.tsx).
// Invariant: who may not read the trail is told so, and what right it takes.
import { useQuery } from '@tanstack/react-query';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { q } from '@/api/client';
import { useActorNames } from '@/components/actor-names';
import { ErrorState } from '@/components/error-state';
import { TimeAgo } from '@/components/times';
import { number } from '@/lib/words';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';

const SHOWN = 5;

export function JobAudit({ id }: { id: string }) {
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
        total > 0 ? (
          <TextLink className="text-xs" search={{ object: id } as never} to="/audit">
            All {number(total)}
          </TextLink>
        ) : null
      }
      flush
      title="Audit"
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
            <li className="px-4 py-2" key={each.id}>
              <span className="block break-words">
                {each.summary.replaceAll(id, 'it').replace(/^(Issuance|Renewal|Deployment|Validation) it /, 'It ')}
              </span>
              <span className="flex justify-between gap-3 text-xs text-ink-3">
                by {whoOf(each.actor, each.actor_name)}
                <TimeAgo at={each.at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
