// The kinds of issuer by their tokens: title, schema, and a sentence on what each is. Not for: what a kind may do (the API does not
// tell it yet).
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';
import type { Schema } from '@/lib/json-schema';

export interface IssuerKind {
  kind: string;
  title: string;
  schema: Schema;
}

export const issuerKindsQuery = () => ({ ...q('/issuer-kinds'), staleTime: Number.POSITIVE_INFINITY });

export function useIssuerKinds() {
  const query = useQuery(issuerKindsQuery());
  const kinds = query.data as readonly IssuerKind[] | undefined;
  return {
    kinds,
    titleOf: (kind: string) => kinds?.find((each) => each.kind === kind)?.title ?? kind,
    error: query.error,
    retry: () => void query.refetch(),
  };
}

const sentences: Record<string, string> = {
  local_ca: 'A CA of certctl itself: a root and an issuing CA below it, whose keys stay sealed in its store.',
};

export const issuerSentence = (kind: string) => sentences[kind] ?? '';
