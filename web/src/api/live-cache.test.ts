import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followEvents } from './live-cache';
import type { Event } from './types';

const { tell } = vi.hoisted(() => ({ tell: { event: (event: unknown): unknown => event } }));
vi.mock('./live', () => ({
  onEvent: (listener: (event: unknown) => void) => {
    tell.event = listener;
    return () => undefined;
  },
}));

const of = (object_kind: string) =>
  tell.event({ kind: `${object_kind}.changed`, object_kind, object_id: 'x' } as Event);
let queries: QueryClient;
let stop: () => void;

/** Which of these have been made stale since the last look. */
const stale = () => {
  const found = queries
    .getQueryCache()
    .getAll()
    .filter((query) => query.state.isInvalidated)
    .map((query) => query.queryKey[0]);
  for (const query of queries.getQueryCache().getAll()) query.setState({ isInvalidated: false });
  return found;
};
const hide = (hidden: boolean) => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  document.dispatchEvent(new globalThis.Event('visibilitychange'));
};

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  queries = new QueryClient();
  for (const path of ['/jobs', '/needs', '/agents']) queries.setQueryData([path, {}], {});
  stop = followEvents(queries);
});
afterEach(() => {
  stop();
  Reflect.deleteProperty(document, 'hidden');
  vi.useRealTimers();
});

it('makes what an event names stale, together and at most once a second; counts less often', () => {
  of('job');
  of('job');
  expect(stale()).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(stale()).toEqual(['/jobs', '/needs']);
  of('job');
  vi.advanceTimersByTime(1000);
  expect(stale()).toEqual(['/jobs']);
  vi.advanceTimersByTime(3000);
  expect(stale()).toEqual(['/needs']);
});

it('tells of needs that are hidden elsewhere', () => {
  of('need');
  vi.advanceTimersByTime(1000);
  expect(stale()).toEqual(['/needs']);
});

it('does nothing while nobody looks, and all of it at once when somebody does', () => {
  hide(true);
  of('job');
  of('agent');
  vi.advanceTimersByTime(60_000);
  expect(stale()).toEqual([]);
  hide(false);
  expect(stale()).toEqual(['/jobs', '/needs', '/agents']);
});
