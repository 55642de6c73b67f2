import { describe, expect, it } from 'vitest';
import {
  attemptsOf,
  failuresOf,
  type Lane,
  nextTry,
  type Progress,
  type Run,
  railOf,
  type StepName,
  together,
} from './rail';

const step = (name: StepName, state: Progress, at: string | null = null, milliseconds: number | null = null) => ({
  name,
  state,
  at,
  milliseconds,
  targets: [],
});
const lane = (agent_id: string, steps: Lane['steps']): Lane => ({
  agent_id,
  job_id: `job-${agent_id}`,
  state: 'running',
  attempts: 1,
  tries: [],
  max_attempts: 8,
  steps,
});

describe('a round on the rail', () => {
  it('is as its loudest part', () => {
    expect(together(['done', 'done'])).toBe('done');
    expect(together(['done', 'failed', 'running'])).toBe('failed');
    expect(together(['done', 'not_reached'])).toBe('waiting');
    expect(together([])).toBe('not_reached');
  });

  it('joins lanes: done at the last of them, counted', () => {
    const rail = railOf([
      lane('a', [
        step('requested', 'done', '2026-11-24T08:00:00Z'),
        step('csr_received', 'done', '2026-11-24T08:00:02Z', 2000),
      ]),
      lane('b', [
        step('requested', 'done', '2026-11-24T08:00:00Z'),
        step('csr_received', 'done', '2026-11-24T08:00:05Z', 5000),
      ]),
    ]);
    expect(rail.map((it) => it.name)).toEqual(['requested', 'csr_received']);
    expect(rail[1]).toMatchObject({ state: 'done', at: '2026-11-24T08:00:05Z', milliseconds: 5000, done: 2, of: 2 });
  });

  it('has no time for a step that not every lane has done', () => {
    const rail = railOf([
      lane('a', [step('issued', 'done', '2026-11-24T08:00:02Z', 2000)]),
      lane('b', [step('issued', 'not_reached')]),
    ]);
    expect(rail[0]).toMatchObject({ state: 'waiting', at: null, done: 1, of: 2 });
  });

  it('names each failure with the job that is tried again', () => {
    const run: Run = {
      id: 'job-a',
      kind: 'Renewal',
      reason: 'due',
      state: 'failed',
      started_at: '2026-11-24T08:00:00Z',
      lanes: [
        lane('a', [
          {
            ...step('deployed', 'failed'),
            targets: [
              {
                target_id: 't1',
                deployment_id: 'd1',
                job_id: 'j1',
                state: 'failed',
                attempts: 3,
                cause: 'reload: no',
                endpoints: [],
              },
              { target_id: 't2', deployment_id: 'd2', state: 'done', attempts: 1, endpoints: [] },
              {
                target_id: 't3',
                deployment_id: 'd3',
                state: 'waiting',
                attempts: 1,
                cause: 'reload: no',
                next_attempt_at: '2026-11-24T08:30:00Z',
                endpoints: [],
              },
            ],
          },
        ]),
      ],
    };
    expect(failuresOf(run).map((it) => [it.target?.target_id, it.retryJobId])).toEqual([
      ['t1', 'j1'],
      ['t3', null],
    ]);
    expect(nextTry(run)).toBe('2026-11-24T08:30:00Z');
  });

  it('has the tries of the job that still fails, and none when all went at once', () => {
    const tried = (job_id: string, ...results: Progress[]) =>
      results.map((result, place) => ({ job_id, number: place + 1, result, steps: [] }));
    const of = (...tries: Lane['tries']) => attemptsOf({ lanes: [{ ...lane('a', []), tries }] } as unknown as Run);
    expect(of(...tried('j', 'done'), ...tried('d', 'done'))).toEqual([]);
    expect(of(...tried('j', 'done'), ...tried('d', 'failed')).map((it) => it.job_id)).toEqual(['d']);
    expect(of(...tried('j', 'failed', 'failed', 'done'), ...tried('d', 'failed')).map((it) => it.job_id)).toEqual([
      'd',
    ]);
    expect(of(...tried('j', 'failed', 'done'), ...tried('d', 'done')).map((it) => it.number)).toEqual([1, 2]);
  });
});
