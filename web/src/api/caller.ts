// Who is signed in and what they may do; the directories that turn ids into names. Loaded once, kept fresh by events.
// Not for: what a state allows (can.ts). Invariant: a name that is not known yet is shown as its id, never as nothing.
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { createContext, useCallback, useContext } from 'react';
import { q } from './client';
import type { Permission } from './types';

export const callerQuery = () => ({ ...q('/auth/check'), staleTime: 60_000 });

export const useCaller = () => useSuspenseQuery(callerQuery()).data;

export function useMay(permission: Permission): boolean {
  return useCaller().permissions.includes(permission);
}

const DIRECTORY = { query: { limit: 500 } } as const;
const lasting = { staleTime: 5 * 60_000 };

export const issuersQuery = () => ({ ...q('/issuers', DIRECTORY), ...lasting });
export const ownersQuery = () => ({ ...q('/owners', DIRECTORY), ...lasting });
export const teamsQuery = () => ({ ...q('/teams', DIRECTORY), ...lasting });
export const profilesQuery = () => ({ ...q('/profiles', DIRECTORY), ...lasting });
export const renewalPoliciesQuery = () => ({ ...q('/renewal-policies', DIRECTORY), ...lasting });

type Named = { items: readonly { id: string; name?: string | null }[] };
const byId = (page: Named | undefined) => new Map(page?.items.map((item) => [item.id, item.name ?? item.id]));

type NameOf = (id: string | null | undefined) => string;

/** What `useNames` gives below the shell, which loads the directories once for all rows of all lists. */
export const Names = createContext<NameOf>((id) => id ?? '');

/** The names of issuers, owners, teams, profiles and renewal policies by their ids. */
export const useNames = (): NameOf => useContext(Names);

/** Loads them. */
export function useDirectories(): NameOf {
  const may = useCaller().permissions;
  const config = may.includes('config.read');
  const issuers = useQuery({ ...issuersQuery(), select: byId, enabled: may.includes('issuers.read') }).data;
  const owners = useQuery({ ...ownersQuery(), select: byId, enabled: config }).data;
  const teams = useQuery({ ...teamsQuery(), select: byId, enabled: config }).data;
  const profiles = useQuery({ ...profilesQuery(), select: byId, enabled: config }).data;
  const policies = useQuery({ ...renewalPoliciesQuery(), select: byId, enabled: config }).data;
  // The same function until a directory changes: rows of grids are drawn again when it does.
  return useCallback(
    (id) => {
      if (!id) return '';
      for (const directory of [issuers, owners, teams, profiles, policies]) {
        const name = directory?.get(id);
        if (name !== undefined) return name;
      }
      return id;
    },
    [issuers, owners, teams, profiles, policies],
  );
}
