// The tab Activity: all that happened, newest first, more on demand.
import { useInfiniteQuery } from '@tanstack/react-query';
import { client, taken } from '@/api/client';
import type { Certificate } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import type { Naming } from '@/lib/lineage';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';
import type { Around } from './data';
import { Events } from './events';

export function ActivityTab({ it, around, naming }: { it: Certificate; around: Around; naming: Naming }) {
  const list = useInfiniteQuery({
    queryKey: ['/certificates/{id}/timeline', { path: { id: it.id } }, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      taken(
        client.GET('/certificates/{id}/timeline', {
          params: { path: { id: it.id }, query: { limit: 100, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const entries = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel flush note={list.data ? 'newest first, times in UTC' : undefined} title="Activity">
      {list.isPending ? <SkeletonRows className="h-14" rows={8} /> : null}
      {list.isError && entries.length === 0 ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} what="The activity" />
      ) : null}
      {list.data ? <Events around={around} entries={entries} it={it} naming={naming} /> : null}
      {list.hasNextPage ? (
        <div className="border-t border-line px-4 py-3">
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show earlier
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}
