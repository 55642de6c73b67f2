// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { heard, isGone, kept, removing } from './gone';
import { blocks } from './live';
import { certificateOf, touched } from './live-cache';
import type { Event } from './types';

const streamOf = (...chunks: string[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });

describe('the live stream', () => {
  it('gives blocks, however they are cut, and comments as blocks without data', async () => {
    const found = [];
    for await (const block of blocks(
      streamOf(': here\n\nid: 7\nevent: owner.cre', 'ate\ndata: {"seq":7}\n', '\n'),
      () => undefined,
    ))
      found.push(block);
    expect(found).toEqual([
      { id: undefined, data: '' },
      { id: '7', data: '{"seq":7}' },
    ]);
  });

  it('knows which certificate an event is about, and what it makes stale', () => {
    const event = {
      seq: 1,
      id: 'ev-1',
      at: '',
      kind: 'job.changed',
      object_kind: 'job',
      object_id: 'job-1',
      changed: [],
      data: { certificate_id: 'mc-1' },
    } as Event;
    expect(certificateOf(event)).toBe('mc-1');
    expect(touched(event)).toContain('/jobs');
  });

  it('does not ask again for what was removed here, until it is made anew', () => {
    const params = { path: { id: 'ar-1' } };
    const event = (kind: string) => heard({ kind, object_id: 'ar-1' } as Event);
    removing(params);
    expect(isGone(params)).toBe(true);
    expect(isGone({ query: {} })).toBe(false);
    // Told of late: it is from before.
    event('alert_rule.create');
    event('alert_rule.delete');
    expect(isGone(params)).toBe(true);
    event('alert_rule.create');
    expect(isGone(params)).toBe(false);
    removing(params);
    kept(params);
    expect(isGone(params)).toBe(false);
  });
});
