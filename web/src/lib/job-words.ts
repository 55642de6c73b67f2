// A job in words: what it does, where, how far it is, how long it took. Not for: states (tokens.ts).
import type { Job } from '@/api/types';
import { span, took } from './time';
import { jobVerbs } from './tokens';

export const jobNouns: Record<Job['kind'], string> = {
  Issuance: 'Issuance',
  Renewal: 'Renewal',
  Deployment: 'Deployment',
  Validation: 'Verification',
};

/** What it does, with the names that it carries: `Deploy shop.example.com to web-1`. */
export const jobTitle = (job: Job): string => {
  const target = job.target_name ?? job.target_id;
  return `${jobVerbs[job.kind]} ${job.certificate_name ?? job.certificate_id}${target ? ` to ${target}` : ''}`;
};

/** What holds it up, with names in place of ids. */
export const heldWords = (because: string, nameOf: (id: string) => string): string =>
  because.replace(/\biss-[a-z0-9-]+/g, nameOf);

/** What stands under its state: a retry that waits is no state of its own. */
export function jobNote(job: Job, now: number): string {
  if (job.held_because) return 'held';
  const again = job.attempts > 0 && job.state === 'Pending';
  const at = Date.parse(job.run_after);
  if (again) return `retry ${job.attempts + 1} of ${job.max_attempts} ${at > now ? `in ${span(at - now)}` : 'now'}`;
  if (job.state === 'Pending' && at > now) return `in ${span(at - now)}`;
  if (job.state === 'Running' && job.attempts > 1) return `try ${job.attempts} of ${job.max_attempts}`;
  if ((job.state === 'AwaitingApproval' || job.state === 'AwaitingCSR') && job.deadline) {
    const end = Date.parse(job.deadline);
    return end > now ? `${span(end - now)} left` : `${span(now - end)} late`;
  }
  return '';
}

/** How long it took, or has been going on. */
export function jobTook(job: Pick<Job, 'created_at' | 'finished_at'>, now: number): string {
  const end = job.finished_at ? Date.parse(job.finished_at) : now;
  return took(Math.max(0, end - Date.parse(job.created_at)));
}

/** Why a job was begun, without the machine's times. */
export const reasonWords = (reason: string): string =>
  reason
    .replace(/^renew: /, '')
    .replace(/ \d{4}-\d\d-\d\dT[\d:.]+Z/g, '')
    .trim();
