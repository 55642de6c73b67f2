// Failed jobs by their cause: the same text, but for names and numbers, is the same cause. Not for: needs (the server's).
import type { Job } from '@/api/types';
import { plainCause } from './cause-words';

export interface Cause {
  /** The first of them as a sentence. */
  text: string;
  jobs: Job[];
}

const shape = (error: string) =>
  error
    .toLowerCase()
    .replace(/[0-9a-f]{16,}/g, '#')
    .replace(/\b[\w*-]+(\.[\w-]+)+(:\d+)?/g, '@')
    .replace(/\d+/g, '0');

/** The causes of failed jobs, the most frequent first. */
export function causesOf(jobs: readonly Job[]): Cause[] {
  const groups = new Map<string, Cause>();
  for (const job of jobs) {
    const error = job.error ?? '';
    const key = shape(error);
    const group = groups.get(key);
    if (group) group.jobs.push(job);
    else groups.set(key, { text: error === '' ? 'No cause was reported.' : plainCause(error), jobs: [job] });
  }
  return [...groups.values()].toSorted((a, b) => b.jobs.length - a.jobs.length);
}
