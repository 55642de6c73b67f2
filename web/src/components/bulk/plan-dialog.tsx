// The plan of a bulk action, then one button. Not for: choosing parameters (the caller does), actions of one object, and what
// cannot be taken back (revoke-many.tsx). Invariant: over 100 objects, or over a tenth of production, the number is typed.
import { useState } from 'react';
import type { Schemas } from '@/api/types';
import { count, number } from '@/lib/words';
import { Button } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { Dialog } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { PlanLines, verbs } from './plan-lines';
import { type Planned, usePlan } from './use-plan';

export type PlanProps = Planned;

/** Over how many the number has to be typed, and over which part of production. */
const MANY = 100;
const PART = 0.1;

export const isBroad = ({
  will_change,
  production = 0,
  production_total = 0,
}: Pick<Schemas['BulkPlan'], 'will_change' | 'production' | 'production_total'>) =>
  will_change > MANY || (will_change > 1 && production > production_total * PART);

export function PlanDialog({ action, selection, params, onClose, onStarted }: PlanProps) {
  const [typed, setTyped] = useState('');
  const [force, setForce] = useState(false);
  const asked = action === 'renew' && force ? { ...params, force } : params;
  const { plan, run, moved } = usePlan({ action, selection, params: asked, onClose, onStarted });

  const it = plan.data;
  const many = it !== undefined && isBroad(it);
  const button = it ? `${verbs[action]} ${number(it.will_change)}` : verbs[action];
  const reason =
    it === undefined || plan.isPlaceholderData
      ? 'the plan is being made'
      : it.will_change === 0
        ? 'there is nothing to change'
        : many && typed.replaceAll(/\D/g, '') !== String(it.will_change)
          ? `type ${it.will_change} first`
          : null;
  const start = () => {
    if (it && reason === null && !run.isPending) run.mutate({ id: it.plan_id });
  };
  return (
    <Dialog
      footer={
        <>
          <Button onClick={onClose}>Keep as it is</Button>
          <Button
            busy={run.isPending}
            disabledReason={reason}
            onClick={start}
            variant={action === 'archive' ? 'danger' : 'primary'}
          >
            {button}
          </Button>
        </>
      }
      onConfirm={start}
      onOpenChange={(open) => !open && onClose()}
      open
      title={it ? `${verbs[action]} ${count(it.will_change, 'certificate')}?` : 'Making the plan'}
    >
      <PlanLines moved={moved} plan={plan} />
      {action === 'renew' && it && (force || it.skipped.some((skip) => skip.code === 'not_due')) ? (
        <label className="mt-4 flex items-center gap-2.5 text-sm" htmlFor="plan-force">
          <Checkbox
            checked={force}
            id="plan-force"
            label="Also those that are not due"
            onChange={(event) => setForce(event.target.checked)}
          />
          Also those that are not due
        </label>
      ) : null}
      {many ? (
        <div className="mt-4">
          <TextField
            inputMode="numeric"
            label={`Type ${it.will_change} to confirm`}
            onChange={(event) => setTyped(event.target.value)}
            value={typed}
          />
        </div>
      ) : null}
    </Dialog>
  );
}
