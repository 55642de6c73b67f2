// What a person's dashboard remembers on every machine: the server keeps it. Not for: theme and density (lib/prefs.ts).
// Invariant: nothing of it changes what a link with its own scope shows.
import type { QueryClient } from '@tanstack/react-query';
import { teamIn } from '@/lib/scope';
import { client, q, taken } from './client';

interface Remembered {
  /** `team:t-web` */
  scope?: string | null;
}

/** The scope that the reader chose last; nothing when that is all teams, or cannot be known. */
export async function usualScope(queries: QueryClient): Promise<string | undefined> {
  try {
    const { document } = await queries.fetchQuery({ ...q('/preferences'), staleTime: 60_000 });
    const { scope } = document as Remembered;
    return scope && teamIn({ scope }) ? scope : undefined;
  } catch {
    return undefined;
  }
}

export async function remember(what: Remembered): Promise<void> {
  await taken(client.PATCH('/preferences', { body: { document: { ...what } } }));
}
