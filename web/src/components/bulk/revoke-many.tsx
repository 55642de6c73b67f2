// Asks for the revocation of a selection (tier 3): the plan with its counts, why, whether replacements come first, and the number
// typed. Not for: one certificate (certificate/revoke-dialog.tsx). Invariants: the reason is chosen, never preset, because it is
// published; what runs is the plan with that reason.
import { useState } from 'react';
import { ASK, TwoPeopleNote, useTwoPeople } from '@/components/confirmations/two-people';
import { TypedConfirm } from '@/components/typed-confirm';
import { WhyField } from '@/components/why-field';
import { type Reason, reasonOptions } from '@/lib/revocation-words';
import { count, number } from '@/lib/words';
import { CheckField } from '@/ui/check-field';
import { Field } from '@/ui/field';
import { Select } from '@/ui/select';
import { PlanLines } from './plan-lines';
import { type Planned, usePlan } from './use-plan';

type Props = Pick<Planned, 'selection' | 'onClose' | 'onStarted'>;

export function RevokeMany({ selection, onClose, onStarted }: Props) {
  const [reason, setReason] = useState<Reason | null>(null);
  const [first, setFirst] = useState(true);
  const [why, setWhy] = useState('');
  const { plan, run, moved } = usePlan({
    action: 'revoke',
    selection,
    // The counts are the same for every reason; until one is chosen they are only to be read.
    params: { revocation_reason: reason ?? 'unspecified', replace_first: first },
    onClose,
    onStarted,
  });
  const two = useTwoPeople();
  const it = plan.data;
  const missing =
    it === undefined
      ? 'the plan is being made'
      : it.will_change === 0
        ? 'there is nothing to revoke'
        : reason === null
          ? 'choose why first'
          : plan.isPlaceholderData
            ? 'the plan is being made'
            : null;
  return (
    <TypedConfirm
      action={two ? ASK : it ? `Revoke ${number(it.will_change)}` : 'Revoke'}
      busy={run.isPending}
      keep="Keep certificates"
      name={it && it.will_change > 0 ? String(it.will_change) : undefined}
      onClose={onClose}
      onConfirm={() => it && run.mutate({ id: it.plan_id, reason: why.trim() || undefined })}
      reason={missing}
      title={it ? `Revoke ${count(it.will_change, 'certificate')}?` : 'Making the plan'}
    >
      <p className="text-ink-2">
        Their issuers publish it, and it cannot be taken back. Clients that check refuse what is revoked, the first of
        them within minutes.
      </p>
      <PlanLines moved={moved} plan={plan} />
      <Field help="Published with each revocation." label="Reason">
        {(ids) => (
          <Select {...ids} onChange={setReason} options={reasonOptions} placeholder="Choose why" value={reason} />
        )}
      </Field>
      <CheckField
        checked={first}
        help={
          first
            ? 'Recommended: each is revoked when every one of its targets was seen serving the new version.'
            : 'They are revoked at once, and what serves them is refused until it is renewed.'
        }
        label="Issue and deploy replacements first"
        onChange={setFirst}
      />
      <WhyField
        help="For those who read the audit trail later."
        onChange={setWhy}
        placeholder="The host was broken into"
        value={why}
      />
      {two ? <TwoPeopleNote what="nothing is revoked" /> : null}
    </TypedConfirm>
  );
}
