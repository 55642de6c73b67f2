// The plan of a bulk action: how many change, how many are left and why, how long, what has to be approved; then one button.
// Not for: choosing parameters (the caller does) and actions of one object. Invariants: what runs is the plan that was shown,
// by its id; if the selection has moved since, the difference is shown and nothing runs. Over 100 objects, the number is typed.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import { StatusGlyph } from '@/components/status-glyph';
import { took } from '@/lib/time';
import { count, number } from '@/lib/words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { Dialog } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { SkeletonRows } from '@/ui/skeleton';
import { complain, say } from '@/ui/toast';

type Action = Schemas['BulkAction'];

export interface PlanProps {
  action: Action;
  selection: Schemas['BulkSelection'];
  params?: Schemas['BulkParams'];
  onClose: () => void;
  /** After it was started. */
  onStarted?: (operation: Schemas['Operation']) => void;
}

const verbs: Record<Action, string> = {
  renew: 'Renew',
  deploy: 'Deploy',
  change_policy: 'Change policy of',
  reassign_owner: 'Assign',
  reassign_team: 'Move',
  set_environment: 'Move',
  tag_add: 'Tag',
  tag_remove: 'Remove the tag of',
  revoke: 'Revoke',
  archive: 'Archive',
};

const skips: Record<Schemas['SkipReason'], string> = {
  not_found: 'are not there any more',
  archived: 'are archived',
  same_value: 'are so already',
  open_job: 'have work under way',
  csr_needed: 'wait for a CSR from outside',
  no_key_holder: 'have nobody who holds their key',
  not_due: 'are not due yet',
  nothing_to_deploy: 'have nothing to deploy',
  nothing_to_revoke: 'were never issued',
  already_revoked: 'are revoked already',
  certificate_ended: 'have ended by themselves',
  issuer_foreign: 'are of an authority that cannot be told',
  not_managed: 'are not managed here',
  policy_violated: 'would break a policy',
};

/** From how many on the number has to be typed. */
const MANY = 100;

export function PlanDialog({ action, selection, params, onClose, onStarted }: PlanProps) {
  const queries = useQueryClient();
  const [typed, setTyped] = useState('');
  const [moved, setMoved] = useState(false);
  const [force, setForce] = useState(false);
  const asked = action === 'renew' && force ? { ...params, force } : params;
  const plan = useQuery({
    queryKey: ['plan', action, selection, asked ?? null],
    queryFn: () =>
      taken(
        client.POST('/certificates/bulk', { body: { action, selection, params: asked, dry_run: true } }),
      ) as Promise<Schemas['BulkPlan']>,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const run = useMutation({
    mutationFn: (id: string) =>
      taken(client.POST('/certificates/bulk', { body: { plan_id: id } })) as Promise<Schemas['Operation']>,
    onSuccess: (operation) => {
      say(`${verbs[action]} ${count(operation.selected, 'certificate')}: started`, {
        description: 'It goes on when you leave; what becomes of each is kept.',
      });
      void queries.invalidateQueries({ queryKey: ['/operations'] });
      onStarted?.(operation);
      onClose();
    },
    onError: (error) => {
      if (ApiError.of(error).code === 'changed_meanwhile') {
        setMoved(true);
        void plan.refetch();
      } else complain('It was not started', error);
    },
  });

  const it = plan.data;
  const many = it !== undefined && it.will_change > MANY;
  const button = it ? `${verbs[action]} ${number(it.will_change)}` : verbs[action];
  const reason =
    it === undefined
      ? 'the plan is being made'
      : it.will_change === 0
        ? 'there is nothing to change'
        : many && typed.replaceAll(/\D/g, '') !== String(it.will_change)
          ? `type ${it.will_change} first`
          : null;
  const start = () => {
    if (it && reason === null && !run.isPending) run.mutate(it.plan_id);
  };
  const lines: { glyph: 'healthy' | 'archived' | 'due' | 'waiting'; text: string; note?: string }[] = it
    ? [
        { glyph: 'healthy', text: `${count(it.will_change, 'certificate')} of ${number(it.selected)} will change` },
        ...it.skipped.map((skip) => ({
          glyph: 'archived' as const,
          text: `${count(skip.count, 'certificate')} ${skips[skip.code]}`,
        })),
        { glyph: 'due', text: `About ${took(it.estimated_seconds * 1000)}`, note: it.estimate_basis },
        ...(it.approvals_needed > 0
          ? [{ glyph: 'waiting' as const, text: `${count(it.approvals_needed, 'approval')} needed before they go on` }]
          : []),
      ]
    : [];
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
      {plan.isPending ? <SkeletonRows rows={3} /> : null}
      {plan.isError ? <ErrorState error={plan.error} onRetry={() => void plan.refetch()} what="The plan" /> : null}
      {moved ? (
        <Banner className="mb-3 rounded-control" tone="warn">
          The selection has changed since the plan was made. This is the plan as it would be now.
        </Banner>
      ) : null}
      {it ? (
        <ul className="divide-y divide-line rounded-control border border-line text-sm">
          {lines.map((line) => (
            <li className="flex items-start gap-2.5 px-3 py-2" key={line.text}>
              <StatusGlyph className="mt-0.5" glyph={line.glyph} tone={line.glyph === 'healthy' ? 'ok' : 'neutral'} />
              <span>
                {line.text}
                {line.note ? <span className="block text-xs text-ink-3">{line.note}</span> : null}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
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
