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

const FAILED = { state: 'Failed', finished: '-24h..' } as const;

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
  // What was given up of late; what still has tries goes on by itself, and what waits is in its own place.
  const failed = useQuery({
    ...q('/jobs', { query: { limit: 1, total: true, ...FAILED } }),
    enabled: permissions.includes('jobs.read'),
    select: (page) => page.total ?? 0,
  }).data;
  const confirmations = useQuery({
    ...q('/confirmations', { query: { limit: 1, total: true, state: 'waiting' } }),
    enabled: permissions.includes('confirmations.decide'),
    select: (page) => page.total ?? 0,
  }).data;
  const waiting = (approvals ?? 0) + (confirmations ?? 0);
  return {
    '/jobs': failed ? { value: failed, tone: 'neutral', what: 'failed in the last day', search: FAILED } : undefined,
    '/approvals': waiting > 0 ? { value: waiting, tone: 'accent', what: 'waiting' } : undefined,
    '/alerts': alerts ? { value: alerts, tone: 'neutral', what: 'open', search: { state: 'open' } } : undefined,
  };
}
