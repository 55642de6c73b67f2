// The live stream: one connection for each browser, not for each tab. The tab that holds a lock reads it and tells the others.
// Events have names of any kind, which EventSource hands on only to listeners of that name; so the stream is read by fetch.
// Not for: what an event changes (live-cache.ts). Invariants: after a break the stream goes on after the last event seen;
// silence of 40 s counts as a break, since the server says something every 15 s.
import { useSyncExternalStore } from 'react';
import { BASE } from './client';
import { signedOut } from './session';
import type { Event } from './types';

export interface LiveState {
  connected: boolean;
  /** Since when it is as it is. */
  since: number;
  /** When it will be tried again. */
  retryAt: number | null;
}

type Message =
  | { kind: 'event'; event: Event }
  | { kind: 'state'; state: LiveState }
  | { kind: 'ask' }
  | { kind: 'reconnect' };

const SILENCE = 40_000;
const LONGEST_WAIT = 30_000;

let state: LiveState = { connected: true, since: Date.now(), retryAt: null };
const stateListeners = new Set<() => void>();
const eventListeners = new Set<(event: Event) => void>();
let channel: BroadcastChannel | undefined;
let leading = false;
let wake: (() => void) | undefined;
/** The last event that any tab has seen: who leads next goes on after it. */
let last: number | undefined;

function setState(next: LiveState) {
  state = next;
  for (const listener of stateListeners) listener();
  if (leading) channel?.postMessage({ kind: 'state', state } satisfies Message);
}

function hand(event: Event) {
  if (typeof event.seq === 'number') last = event.seq;
  for (const listener of eventListeners) listener(event);
}

/** Calls `listener` with each event; returns how to stop. */
export function onEvent(listener: (event: Event) => void): () => void {
  eventListeners.add(listener);
  return () => eventListeners.delete(listener);
}

export const useLive = () =>
  useSyncExternalStore(
    (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    () => state,
  );

/** Tries now instead of waiting. */
export function reconnect(): void {
  if (leading) wake?.();
  else channel?.postMessage({ kind: 'reconnect' } satisfies Message);
}

/** Begins; call once. */
export function startLive(): () => void {
  const stop = new AbortController();
  channel = new BroadcastChannel('certctl.live');
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'event') hand(data.event);
    else if (data.kind === 'state') setState(data.state);
    else if (leading && data.kind === 'ask') channel?.postMessage({ kind: 'state', state } satisfies Message);
    else if (leading && data.kind === 'reconnect') wake?.();
  };
  channel.postMessage({ kind: 'ask' } satisfies Message);
  const lead = async () => {
    leading = true;
    await read(stop.signal);
    leading = false;
  };
  if (navigator.locks)
    void navigator.locks.request('certctl.live', { signal: stop.signal }, lead).catch(() => undefined);
  else void lead();
  return () => {
    stop.abort();
    channel?.close();
  };
}

async function read(stop: AbortSignal): Promise<void> {
  let failures = 0;
  while (!stop.aborted) {
    const silence = new AbortController();
    let watchdog = setTimeout(() => silence.abort(), SILENCE);
    try {
      const answer = await fetch(`${BASE}/events`, {
        credentials: 'same-origin',
        headers: last === undefined ? {} : { 'last-event-id': String(last) },
        signal: AbortSignal.any([stop, silence.signal]),
      });
      if (answer.status === 401) signedOut();
      if (!answer.ok || answer.body === null) throw new Error(`status ${answer.status}`);
      failures = 0;
      setState({ connected: true, since: Date.now(), retryAt: null });
      for await (const { data } of blocks(answer.body, () => {
        clearTimeout(watchdog);
        watchdog = setTimeout(() => silence.abort(), SILENCE);
      })) {
        if (data === '') continue;
        const event = JSON.parse(data) as Event;
        hand(event);
        channel?.postMessage({ kind: 'event', event } satisfies Message);
      }
      throw new Error('the stream ended');
    } catch {
      if (stop.aborted) break;
      failures += 1;
      const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** Math.min(failures, 5)) * (0.8 + Math.random() * 0.4);
      const since = state.connected ? Date.now() : state.since;
      setState({ connected: false, since, retryAt: Date.now() + wait });
      await pause(wait, stop);
    } finally {
      clearTimeout(watchdog);
    }
  }
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      wake = undefined;
      resolve();
    };
    const timer = setTimeout(done, ms);
    wake = done;
    stop.addEventListener('abort', done, { once: true });
  });
}

interface Block {
  id: string | undefined;
  data: string;
}

/** The blocks of a stream of server-sent events (comments are blocks without data). */
export async function* blocks(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<Block> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let text = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      heard();
      text += value;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        const of = (name: string) =>
          lines
            .filter((line) => line.startsWith(`${name}:`))
            .map((line) => line.slice(name.length + 1).replace(/^ /, ''));
        yield { id: of('id')[0], data: of('data').join('\n') };
      }
    }
  } finally {
    reader.releaseLock();
  }
}
