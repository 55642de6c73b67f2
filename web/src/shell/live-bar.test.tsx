import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LiveState } from '@/api/live';
import { pause } from '@/api/resend';
import { learnServerTime } from '@/lib/clock';
import { type Signal, signal } from '@/lib/signal';
import { Bars, LiveIndicator } from './live-bar';

const START = Date.parse('2026-12-01T09:00:00Z');
const { live } = vi.hoisted(() => ({ live: { use: () => undefined as unknown } }));
vi.mock('@/api/live', () => ({ useLive: () => live.use(), reconnect: () => undefined }));

let stream: Signal<LiveState>;
let queries: QueryClient;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  stream = signal<LiveState>({ connected: true, since: START, retryAt: null });
  live.use = stream.use;
  queries = new QueryClient();
});
afterEach(() => {
  pause.set(null);
  learnServerTime(new Date().toISOString());
  vi.useRealTimers();
});

const show = () =>
  render(
    <QueryClientProvider client={queries}>
      <LiveIndicator />
      <Bars />
    </QueryClientProvider>,
  );
const later = (seconds: number) => act(() => vi.advanceTimersByTime(seconds * 1000));
const lose = () => act(() => stream.set({ connected: false, since: Date.now(), retryAt: Date.now() + 60_000 }));

it('says nothing for five seconds, then in the top bar, and after thirty in a bar', () => {
  show();
  lose();
  later(4);
  expect(screen.getByRole('status')).toHaveTextContent('Live');
  later(3);
  expect(screen.getByRole('status')).toHaveTextContent('Reconnecting');
  expect(screen.queryByText(/Live updates stopped/)).toBeNull();
  later(25);
  expect(screen.getByText('Live updates stopped 32 s ago.')).toBeVisible();
  expect(screen.getByText(/retrying in 28 s/)).toBeVisible();
  act(() => stream.set({ connected: true, since: Date.now(), retryAt: null }));
  expect(screen.queryByText(/Live updates stopped/)).toBeNull();
});

it('asks for what is shown every thirty seconds meanwhile, and once when it is back', () => {
  const asked = vi.spyOn(queries, 'invalidateQueries').mockResolvedValue();
  show();
  lose();
  later(29);
  expect(asked).not.toHaveBeenCalled();
  later(62);
  expect(asked).toHaveBeenCalledTimes(3);
  act(() => stream.set({ connected: true, since: Date.now(), retryAt: null }));
  later(90);
  expect(asked).toHaveBeenCalledTimes(4);
});

it('counts down a pause that the server asked for', () => {
  show();
  act(() => pause.set({ until: Date.now() + 12_000, waiting: 2 }));
  expect(screen.getByText(/2 requests go on by themselves in 12 s/)).toBeVisible();
  later(5);
  expect(screen.getByText(/in 7 s/)).toBeVisible();
  act(() => pause.set(null));
  expect(screen.queryByText(/asked for a pause/)).toBeNull();
});

it('says when the clock of this computer is a minute off', () => {
  learnServerTime('2026-12-01T09:03:00Z');
  show();
  expect(screen.getByText('The clock of this computer is 3 min slow.')).toBeVisible();
});
