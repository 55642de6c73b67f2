// A test of a target: asked for, and followed by its events until it ends. Not for: what it means (lib/target-test.ts).
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { client, q, taken } from '@/api/client';
import { onEvent } from '@/api/live';
import { tidied } from '@/lib/json-schema';
import type { TargetDraft } from '@/lib/target-checks';
import { type CheckName, isOpen, type TargetTest } from '@/lib/target-test';

/** Without the stream it is looked at so often. */
const LOOK = 2000;

export interface TargetTestOf {
  /** The saved target; a draft is tested when there is none. */
  targetId?: string;
  draft?: TargetDraft;
  /** The test that is followed. */
  testId: string | null;
  onStarted: (id: string) => void;
}

export function useTargetTest({ targetId, draft, testId, onStarted }: TargetTestOf) {
  const queries = useQueryClient();
  const query = q('/target-tests/{id}', { path: { id: testId ?? '' } });
  const test = useQuery({
    ...query,
    enabled: testId !== null,
    retry: false,
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? LOOK : false),
  });
  useEffect(
    () =>
      onEvent((event) => {
        if (event.object_id === testId) void queries.invalidateQueries({ queryKey: ['/target-tests/{id}'] });
      }),
    [queries, testId],
  );
  const start = useMutation({
    mutationFn: (only: readonly CheckName[]): Promise<TargetTest> => {
      if (targetId !== undefined) {
        return taken(
          client.POST('/targets/{id}/test', { params: { path: { id: targetId } }, body: { only: [...only] } }),
        );
      }
      const of = draft ?? { kind: '', agent_id: '', name: '', config: {} };
      return taken(
        client.POST('/targets/test', {
          body: {
            agent_id: of.agent_id,
            kind: of.kind as 'nginx' | 'file',
            config: tidied(of.config) as never,
            only: [...only],
          },
        }),
      );
    },
    onSuccess: (started) => {
      queries.setQueryData(q('/target-tests/{id}', { path: { id: started.id } }).queryKey, started);
      onStarted(started.id);
    },
  });
  return { test: test.data, error: start.error ?? (testId === null ? null : test.error), start };
}
