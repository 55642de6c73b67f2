// Where a running job is, in five segments. Not for: the whole rail (LifecycleRail).
import { cx } from '@/lib/cx';

export type StepState = 'done' | 'now' | 'failed' | 'ahead';
const fills: Record<StepState, string> = {
  done: 'bg-ok-fill',
  now: 'bg-info-fill',
  failed: 'bg-crit-fill',
  ahead: 'bg-fill-strong',
};

export function StepBar({ steps, label }: { steps: readonly StepState[]; label: string }) {
  return (
    <span aria-label={label} className="inline-flex gap-0.5" role="img">
      {steps.map((step, index) => (
        <span className={cx('h-1 w-4 rounded-full', fills[step])} key={index.toString()} />
      ))}
    </span>
  );
}
