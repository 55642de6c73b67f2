// All targets, read page by page: the API filters them by nothing yet. Not for: a list on the screen (PagedGrid).
// Invariant: at most TOP of them; who needs one target asks for that one.
import { useQuery } from '@tanstack/react-query';
import { client, taken } from '@/api/client';
import type { Schemas } from '@/api/types';

const TOP = 5000;

export function useAllTargets(enabled = true) {
  return useQuery({
    // Under the path of the list, so that events make it stale.
    queryKey: ['/targets', 'all'],
    enabled,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const all: Schemas['Target'][] = [];
      let cursor: string | undefined;
      do {
        const page = await taken(client.GET('/targets', { params: { query: { cursor, limit: 500 } }, signal }));
        all.push(...page.items);
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined && all.length < TOP);
      return all;
    },
  });
}
