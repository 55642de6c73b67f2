// The counts beside places: only what waits for a person. Not for: totals.
import { useQuery } from '@tanstack/react-query';
import { useCaller } from '@/api/caller';
import { q } from '@/api/client';

export interface Badge {
  value: number;
  tone: 'neutral' | 'accent' | 'crit';
  /** What is counted, for its name: `3 waiting`. */
  what: string;
  /** What leaves exactly these in the list of the place, when it lists more. */
  search?: Readonly<Record<string, string>>;
}

export function useBadges(): Record<string, Badge | undefined> {
  const { permissions } = useCaller();
  const approvals = useQuery({
    ...q('/approvals', { query: { limit: 1, total: true } }),
    enabled: permissions.includes('jobs.read'),
    select: (page) => page.total ?? 0,
  }).data;
  const alerts = useQuery({
    ...q('/alerts', { query: { limit: 1, total: true, state: 'open' } }),
    enabled: permissions.includes('alerts.read'),
    select: (page) => page.total ?? 0,
  }).data;
  return {
    '/approvals': approvals ? { value: approvals, tone: 'accent', what: 'waiting' } : undefined,
    '/alerts': alerts ? { value: alerts, tone: 'neutral', what: 'open', search: { state: 'open' } } : undefined,
  };
}
