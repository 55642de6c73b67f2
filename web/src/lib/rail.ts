// A round of work as the rail shows it: its lanes joined into one row of steps. Not for: drawing (LifecycleRail).
// Invariants: a step is done when all lanes are, failed when one is; nothing is guessed, a time is the server's.
import type { Schemas } from '@/api/types';
import type { StatusWord } from './tokens';

export type Run = Schemas['Run'];
export type Lane = Schemas['Lane'];
export type LaneStep = Schemas['LaneStep'];
export type Progress = Schemas['Progress'];
export type StepName = Schemas['StepName'];

export const stepNames: Record<StepName, string> = {
  requested: 'Requested',
  approved: 'Approved',
  key_generated: 'Key generated',
  csr_received: 'CSR received',
  issued: 'Issued',
  deployed: 'Deployed',
  verified_live: 'Verified live',
};

const order = Object.keys(stepNames) as StepName[];

export const progresses: Record<Progress, StatusWord> = {
  done: { label: 'Done', glyph: 'healthy', tone: 'ok' },
  running: { label: 'Running', glyph: 'renewing', tone: 'info' },
  waiting: { label: 'Waiting', glyph: 'due', tone: 'neutral' },
  failed: { label: 'Failed', glyph: 'failing', tone: 'crit' },
  cancelled: { label: 'Cancelled', glyph: 'archived', tone: 'neutral' },
  not_reached: { label: 'Not reached', glyph: 'waiting', tone: 'neutral' },
};

export interface RailStep {
  name: StepName;
  state: Progress;
  /** When it ended, for all lanes. */
  at: string | null;
  /** Since the step before ended. */
  milliseconds: number | null;
  /** How many lanes, or targets, are through, of how many. */
  done: number;
  of: number;
}

/** The state of several together. */
export function together(states: readonly Progress[]): Progress {
  if (states.length === 0) return 'not_reached';
  for (const loud of ['failed', 'running', 'waiting', 'cancelled'] as const) if (states.includes(loud)) return loud;
  if (states.every((state) => state === 'done')) return 'done';
  return states.includes('done') ? 'waiting' : 'not_reached';
}

const later = (a: string | null, b: string | null | undefined) =>
  a === null ? (b ?? null) : b && Date.parse(b) > Date.parse(a) ? b : a;

export function railOf(lanes: readonly Lane[]): RailStep[] {
  let before: string | null = null;
  return order.flatMap((name) => {
    const steps = lanes.flatMap((lane) => lane.steps.filter((step) => step.name === name));
    const first = steps[0];
    if (first === undefined) return [];
    const targets = steps.flatMap((step) => step.targets);
    const state = together(steps.map((step) => step.state));
    const at =
      state === 'done' || state === 'failed' ? steps.reduce<string | null>((end, it) => later(end, it.at), null) : null;
    const milliseconds =
      lanes.length === 1
        ? (first.milliseconds ?? null)
        : at !== null && before !== null
          ? Math.max(0, Date.parse(at) - Date.parse(before))
          : null;
    before = at ?? before;
    const counted = targets.length > 0 ? targets : steps;
    return [
      { name, state, at, milliseconds, done: counted.filter((it) => it.state === 'done').length, of: counted.length },
    ];
  });
}

/** Where a job of a round is: the step that is under way, or has its turn next; null when none of it is to come. */
export function stepOf(run: Run | undefined, id: string): { name: StepName; place: number; of: number } | null {
  const lanes = (run?.lanes ?? []).filter(
    (lane) => lane.job_id === id || lane.steps.some((step) => step.targets.some((target) => target.job_id === id)),
  );
  const steps = railOf(lanes);
  const at = steps.findIndex(
    (step) => step.state === 'running' || step.state === 'waiting' || step.state === 'not_reached',
  );
  const step = steps[at];
  return step ? { name: step.name, place: at + 1, of: steps.length } : null;
}

export interface Failure {
  lane: Lane;
  step: LaneStep;
  /** On which target, when it is of one. */
  target?: Schemas['TargetStep'];
  cause: string;
  retryJobId: string | null;
}

/** What failed in a round, each cause once. */
export function failuresOf(run: Run): Failure[] {
  const found: Failure[] = [];
  for (const lane of run.lanes) {
    for (const step of lane.steps) {
      if (step.state !== 'failed' && !step.cause) continue;
      const failed = step.targets.filter((target) => target.state === 'failed' || target.cause);
      if (failed.length === 0)
        found.push({ lane, step, cause: step.cause ?? '', retryJobId: step.retry_job_id ?? null });
      for (const target of failed)
        found.push({
          lane,
          step,
          target,
          cause: target.cause ?? step.cause ?? '',
          retryJobId: target.state === 'failed' ? (target.job_id ?? step.retry_job_id ?? null) : null,
        });
    }
  }
  return found;
}

/** When something is tried again by itself, the first of all. */
export function nextTry(run: Run): string | null {
  const times = [
    run.next_attempt_at,
    ...run.lanes.flatMap((lane) => [
      lane.next_attempt_at,
      ...lane.steps.flatMap((step) => step.targets.map((target) => target.next_attempt_at)),
    ]),
  ].filter((time): time is string => Boolean(time));
  return times.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}

export type Attempt = Schemas['Attempt'];

/** The tries that are worth a look: those of the job that still fails, else of the one that needed most; none when all went at once. */
export function attemptsOf(run: Run): Attempt[] {
  const jobs = new Map<string, Attempt[]>();
  for (const attempt of run.lanes.flatMap((lane) => lane.tries))
    jobs.set(attempt.job_id, [...(jobs.get(attempt.job_id) ?? []), attempt]);
  const rank = (tries: readonly Attempt[]) => (tries.at(-1)?.result === 'failed' ? 1000 : 0) + tries.length;
  const most = [...jobs.values()].toSorted((a, b) => rank(b) - rank(a))[0] ?? [];
  return most.length > 1 || most.some((attempt) => attempt.result === 'failed') ? most : [];
}
