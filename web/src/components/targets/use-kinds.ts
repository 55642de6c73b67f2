// The kinds of target by their tokens: title and schema. Loaded once.
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';
import type { Schema } from '@/lib/json-schema';

export interface TargetKind {
  kind: string;
  title: string;
  schema: Schema;
}

export const targetKindsQuery = () => ({ ...q('/target-kinds'), staleTime: Number.POSITIVE_INFINITY });

export function useTargetKinds() {
  const query = useQuery(targetKindsQuery());
  const kinds = query.data as readonly TargetKind[] | undefined;
  return {
    kinds,
    titleOf: (kind: string) => kinds?.find((each) => each.kind === kind)?.title ?? kind,
    error: query.error,
    retry: () => void query.refetch(),
  };
}

export const agentsQuery = () => ({ ...q('/agents', { query: { limit: 500 } }), staleTime: 60_000 });

export function useAgents() {
  const query = useQuery(agentsQuery());
  return {
    agents: query.data?.items,
    nameOf: (id: string) => query.data?.items.find((agent) => agent.id === id)?.name ?? id,
    error: query.error,
    retry: () => void query.refetch(),
  };
}
