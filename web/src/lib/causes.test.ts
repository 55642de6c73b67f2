import { describe, expect, it } from 'vitest';
import type { Job } from '@/api/types';
import { causesOf } from './causes';

const failed = (id: string, error: string | null) => ({ id, error }) as Job;

describe('causes of failed jobs', () => {
  it('are the same but for names and numbers', () => {
    const causes = causesOf([
      failed('1', 'probe: a.example.com:443 was not reached within 3 s'),
      failed('2', 'reload: exit code 1'),
      failed('3', 'probe: b.example.com:8443 was not reached within 5 s'),
      failed('4', null),
    ]);
    expect(causes.map((cause) => cause.jobs.map((job) => job.id))).toEqual([['1', '3'], ['2'], ['4']]);
    expect(causes[0]?.text).toBe('A.example.com:443 was not reached within 3 s.');
  });
});
