// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pause, pauseOf, send } from './resend';
import { isSignedOut, signedIn } from './session';

const answers = (...all: Response[]) => {
  const sent: Request[] = [];
  const by = async (request: Request) => {
    sent.push(request);
    return all[sent.length - 1] ?? new Response(null, { status: 204 });
  };
  return { sent, by };
};
const limited = (seconds: string) => new Response(null, { status: 429, headers: { 'retry-after': seconds } });
const change = (init: RequestInit = {}) =>
  new Request('http://localhost/api/v1/jobs/job-1/retry', {
    method: 'POST',
    body: '{"reason":"x"}',
    headers: { 'idempotency-key': 'k' },
    ...init,
  });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  signedIn();
  vi.useRealTimers();
});

describe('a request', () => {
  it('waits for the reader to sign in, and goes on as it was', async () => {
    const { sent, by } = answers(new Response(null, { status: 401 }));
    const done = send(change(), by);
    await vi.waitFor(() => expect(isSignedOut()).toBe(true));
    expect(sent).toHaveLength(1);
    signedIn();
    expect((await done).status).toBe(204);
    expect([sent[1]?.headers.get('idempotency-key'), await sent[1]?.text()]).toEqual(['k', '{"reason":"x"}']);
  });

  it('is given up with its page while it waits', async () => {
    const { by } = answers(new Response(null, { status: 401 }));
    const page = new AbortController();
    const done = send(change({ signal: page.signal }), by);
    await vi.waitFor(() => expect(isSignedOut()).toBe(true));
    page.abort();
    await expect(done).rejects.toThrow('aborted');
  });

  it('rests as long as the server asks, and tries once more', async () => {
    const { sent, by } = answers(limited('12'), limited('12'));
    const done = send(change(), by);
    await vi.waitFor(() => expect(pause.get()?.waiting).toBe(1));
    await vi.advanceTimersByTimeAsync(11_000);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await done).status).toBe(429);
    expect([sent.length, pause.get()]).toEqual([2, null]);
  });

  it('does not rest for long, nor when signing in', async () => {
    expect(pauseOf(limited('3600'))).toBeUndefined();
    expect(pauseOf(limited('soon'))).toBeUndefined();
    const { sent, by } = answers(limited('5'));
    await send(new Request('http://localhost/api/v1/auth/login', { method: 'POST' }), by);
    expect(sent).toHaveLength(1);
  });
});
