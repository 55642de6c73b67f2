// Issuances and renewals of an issuer that failed for good in the last week, by cause. Not for: retrying them (the jobs' page does).
// Invariant: of many only the newest are grouped, and it says so.
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';
import { ErrorState } from '@/components/error-state';
import { StatusGlyph } from '@/components/status-glyph';
import { TimeAgo } from '@/components/times';
import { causesOf } from '@/lib/causes';
import { count, number } from '@/lib/words';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';

const LIMIT = 200;
const SHOWN = 6;

export function RecentErrors({ id }: { id: string }) {
  const filter = { issuer: id, kind: 'Issuance,Renewal', state: 'Failed', finished: '-7d..' };
  const failed = useQuery(
    q('/jobs', {
      query: {
        issuer_id: id,
        kind: filter.kind,
        state: filter.state,
        finished: filter.finished,
        limit: LIMIT,
        total: true,
      } as never,
    }),
  );
  const causes = causesOf(failed.data?.items ?? []);
  const total = failed.data?.total ?? 0;
  return (
    <Panel
      actions={
        total > 0 ? (
          <TextLink className="text-xs" search={filter as never} to="/jobs">
            {count(total, 'failed job')}
          </TextLink>
        ) : null
      }
      flush
      note="7 days, by cause"
      title="Recent errors"
    >
      {failed.isError && !failed.data ? (
        <ErrorState error={failed.error} onRetry={() => void failed.refetch()} what="Its recent errors" />
      ) : failed.data === undefined ? (
        <SkeletonRows rows={2} />
      ) : causes.length === 0 ? (
        <p className="px-4 py-5 text-ink-3">No issuance or renewal of it has failed for good.</p>
      ) : (
        <ul className="divide-y divide-line">
          {causes.slice(0, SHOWN).map((cause) => (
            <li className="flex items-start gap-3 px-4 py-2" key={cause.jobs[0]?.id}>
              <StatusGlyph className="mt-0.5" glyph="failing" size={14} tone="crit" />
              <span className="nums w-8 shrink-0 text-end font-medium">{number(cause.jobs.length)}</span>
              <span className="min-w-0 flex-1 break-words text-ink-2">{cause.text}</span>
              <TimeAgo at={cause.jobs[0]?.finished_at} className="text-xs text-ink-3" />
            </li>
          ))}
          {causes.length > SHOWN || failed.data.next_cursor ? (
            <li className="px-4 py-2 text-xs text-ink-3">
              {causes.length > SHOWN ? `and ${count(causes.length - SHOWN, 'further cause')}` : ''}
              {failed.data.next_cursor ? ` of the newest ${LIMIT}` : ''}
            </li>
          ) : null}
        </ul>
      )}
    </Panel>
  );
}
