// A renewal policy as its form has it, and what of it is sent. Not for: drawing. Invariant: a form that was not touched sends
// what the policy is.
import type { Schemas } from '@/api/types';
import { pointWords, warnWords, windowWords } from './policy-words';
import type { Mark, Point } from './thresholds';
import type { WeekWindow } from './week-window';
import { count } from './words';

type Policy = Schemas['RenewalPolicy'];

export interface PolicyForm {
  name: string;
  automatic: boolean;
  point: Point;
  marks: readonly Mark[];
  maxAttempts: number | null;
  windows: readonly WeekWindow[];
}

const usual = [30, 14, 7, 0];

export const policyForm = (it: Policy | null): PolicyForm => ({
  name: it?.name ?? '',
  automatic: it?.automatic ?? true,
  point: it?.point ?? null,
  marks: [
    ...(it?.alert_thresholds_days ?? usual).map((value) => ({ unit: 'days' as const, value })),
    ...(it?.alert_thresholds_percent ?? []).map((value) => ({ unit: 'percent' as const, value })),
  ],
  maxAttempts: it?.max_attempts ?? 8,
  windows: it?.windows ?? [],
});

const values = (marks: readonly Mark[], unit: Mark['unit']) => [
  ...new Set(marks.filter((mark) => mark.unit === unit).map((mark) => mark.value)),
];

/** What a preview takes. */
export const policyDecides = (form: PolicyForm) => ({
  automatic: form.automatic,
  point: form.point,
  alert_thresholds_days: values(form.marks, 'days'),
  alert_thresholds_percent: values(form.marks, 'percent'),
  windows: [...form.windows],
});

export const policyBody = (form: PolicyForm) => ({
  ...policyDecides(form),
  name: form.name.trim(),
  max_attempts: form.maxAttempts,
});

/** Faults by the JSON pointer that the server would name. */
export function policyFaults(form: PolicyForm): Record<string, string> {
  const faults: Record<string, string> = {};
  if (form.name.trim() === '') faults['/name'] = 'A name is needed.';
  const { point } = form;
  const parts: { percent?: number; seconds_before?: number } =
    point && 'sooner' in point ? point.sooner : (point ?? {});
  const { percent, seconds_before: before } = parts;
  if (percent !== undefined && !(percent >= 10 && percent <= 95)) faults['/point'] = 'From 10 to 95 %.';
  if (before !== undefined && !(before >= 3600 && before <= 31_536_000)) faults['/point'] = 'From an hour to 365 days.';
  if (form.maxAttempts === null || !Number.isInteger(form.maxAttempts) || form.maxAttempts < 1 || form.maxAttempts > 50)
    faults['/max_attempts'] = 'From 1 to 50.';
  for (const mark of form.marks) {
    if (!Number.isInteger(mark.value)) faults['/alert_thresholds_days'] = 'A warning is a whole number.';
    else if (mark.unit === 'percent' && (mark.value < 1 || mark.value > 99))
      faults['/alert_thresholds_days'] = 'A share is from 1 to 99 %.';
    else if (mark.value < 0) faults['/alert_thresholds_days'] = 'Not below 0.';
  }
  for (const unit of ['days', 'percent'] as const)
    if (values(form.marks, unit).length > 10) faults['/alert_thresholds_days'] = 'At most ten of each kind.';
  for (const window of form.windows)
    if (window.from === '' || window.to === '') faults['/windows'] = 'A window begins and ends at a time.';
  return faults;
}

/** In words, to hold two of them side by side. */
export function policyInWords(form: PolicyForm): Record<string, string> {
  const body = policyDecides(form);
  return {
    Name: form.name,
    'By itself': form.automatic ? 'yes' : 'no',
    Renews: pointWords(form.point),
    Warns: warnWords(body),
    When: windowWords({ windows: [...form.windows] }),
    Tries: count(form.maxAttempts ?? 0, 'try', 'tries'),
  };
}
