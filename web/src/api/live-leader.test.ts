// @vitest-environment node
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { onEvent, startLive } from './live';

let grant: (() => void) | undefined;
let stop: () => void;
const fetched = vi.fn<(url: string, init: { headers: Record<string, string> }) => Promise<Response>>();

const event = (seq: number) => ({ seq, kind: 'job.changed', object_kind: 'job', object_id: `job-${seq}` });
const streamOf = (...seqs: number[]) =>
  new Response(seqs.map((seq) => `id: ${seq}\ndata: ${JSON.stringify(event(seq))}\n\n`).join(''));

beforeEach(() => {
  vi.stubGlobal('fetch', fetched);
  // One tab at a time has the lock.
  vi.stubGlobal('navigator', {
    locks: {
      request: (_name: string, _options: object, run: () => Promise<void>) =>
        new Promise<void>((done) => {
          grant = () => void run().then(done);
        }),
    },
  });
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
  fetched.mockReset();
});

it('a tab that does not lead hears the events of the one that does, and goes on after the last when it leads', async () => {
  const heard: number[] = [];
  const unhear = onEvent(({ seq }) => void heard.push(seq));
  fetched.mockResolvedValueOnce(streamOf(10, 11)).mockImplementation(() => new Promise(() => undefined));
  stop = startLive();
  const leader = new BroadcastChannel('certctl.live');
  leader.postMessage({ kind: 'event', event: event(9) });
  await vi.waitFor(() => expect(heard).toEqual([9]));
  expect(fetched).not.toHaveBeenCalled();

  grant?.();
  await vi.waitFor(() => expect(heard).toEqual([9, 10, 11]));
  expect(fetched.mock.calls[0]?.[1].headers).toEqual({ 'last-event-id': '9' });
  leader.close();
  unhear();
});
