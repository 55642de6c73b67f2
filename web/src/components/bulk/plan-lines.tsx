// What a plan of a bulk action says, line by line: how many change, how many are left and why, how long, what has to be approved.
// Not for: making or running it (use-plan.ts).
import { useNames } from '@/api/caller';
import type { NameOf } from '@/api/lookups';
import type { Schemas } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import { StatusGlyph } from '@/components/status-glyph';
import { took } from '@/lib/time';
import { count, number, plural } from '@/lib/words';
import { Banner } from '@/ui/banner';
import { SkeletonRows } from '@/ui/skeleton';
import type { Action, usePlan } from './use-plan';

export const verbs: Record<Action, string> = {
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

const skips: Record<Schemas['SkipReason'], { one: string; other: string }> = {
  not_found: { one: 'is not there any more', other: 'are not there any more' },
  archived: { one: 'is archived', other: 'are archived' },
  same_value: { one: 'is so already', other: 'are so already' },
  open_job: { one: 'has work under way', other: 'have work under way' },
  csr_needed: { one: 'waits for a CSR from outside', other: 'wait for a CSR from outside' },
  no_key_holder: { one: 'has nobody who holds its key', other: 'have nobody who holds their key' },
  not_due: { one: 'is not due yet', other: 'are not due yet' },
  nothing_to_deploy: { one: 'has nothing to deploy', other: 'have nothing to deploy' },
  nothing_to_revoke: { one: 'was never issued', other: 'were never issued' },
  already_revoked: { one: 'is revoked already', other: 'are revoked already' },
  certificate_ended: { one: 'has ended by itself', other: 'have ended by themselves' },
  issuer_foreign: { one: 'is of an authority that cannot be told', other: 'are of an authority that cannot be told' },
  not_managed: { one: 'is not managed here', other: 'are not managed here' },
  policy_violated: { one: 'would break a policy', other: 'would break a policy' },
};

interface Line {
  glyph: 'healthy' | 'archived' | 'due' | 'waiting' | 'failing';
  text: string;
  note?: string;
}

/** What an issuer is asked for, and whether that is more than it takes. */
function orderLine({ orders, budget }: Schemas['BulkIssuer'], issuer: string): Line {
  const text = `${count(orders, 'new order')} at ${issuer}`;
  if (!budget) return { glyph: 'due', text };
  const left = Math.max(0, budget.limit - budget.used);
  const window = took(budget.window_seconds * 1000);
  return orders <= left
    ? { glyph: 'due', text, note: `within its limit: ${number(left)} of ${number(budget.limit)} in ${window} are left` }
    : {
        glyph: 'waiting',
        text,
        note: `more than the ${number(left)} of ${number(budget.limit)} in ${window} that are left: the others wait, the last for about ${took(Math.ceil((orders - left) / budget.limit) * budget.window_seconds * 1000)}`,
      };
}

function linesOf(plan: Schemas['BulkPlan'], nameOf: NameOf): Line[] {
  const revokes = plan.action === 'revoke';
  const { production = 0, production_total: all = 0, outside_windows: outside = 0, issuers = [] } = plan;
  return [
    {
      glyph: revokes ? 'failing' : 'healthy',
      text: `${count(plan.will_change, 'certificate')} of ${number(plan.selected)} will ${revokes ? 'be revoked' : 'change'}`,
    },
    ...plan.skipped.map((skip) => ({
      glyph: 'archived' as const,
      text: plural(skip.count, {
        one: `# certificate ${skips[skip.code].one}`,
        other: `# certificates ${skips[skip.code].other}`,
      }),
    })),
    ...(production > 0
      ? [
          {
            glyph: 'due' as const,
            text: `${number(production)} of them in production`,
            note: `of ${count(all, 'certificate')} there`,
          },
        ]
      : []),
    ...issuers.map((issuer) => orderLine(issuer, nameOf(issuer.issuer_id))),
    ...(outside > 0
      ? [
          {
            glyph: 'waiting' as const,
            text: plural(outside, {
              one: '# certificate is outside of its maintenance window',
              other: '# certificates are outside of their maintenance windows',
            }),
            note: 'Who starts work has chosen its time: it does not wait for a window.',
          },
        ]
      : []),
    { glyph: 'due', text: `About ${took(plan.estimated_seconds * 1000)}`, note: plan.estimate_basis },
    ...(plan.approvals_needed > 0
      ? [{ glyph: 'waiting' as const, text: `${count(plan.approvals_needed, 'approval')} needed before they go on` }]
      : []),
  ];
}

const tones = { healthy: 'ok', failing: 'crit', archived: 'neutral', due: 'neutral', waiting: 'neutral' } as const;

/** The plan as it stands: on its way, failed, made anew, there. */
export function PlanLines({ plan, moved }: Pick<ReturnType<typeof usePlan>, 'plan' | 'moved'>) {
  const nameOf = useNames();
  return (
    <>
      {plan.isPending ? <SkeletonRows rows={3} /> : null}
      {plan.isError ? <ErrorState error={plan.error} onRetry={() => void plan.refetch()} what="The plan" /> : null}
      {moved !== null ? (
        <Banner className="mb-3 rounded-control" tone="warn">
          Nothing was started: the selection has changed since the plan was made, when it was{' '}
          {count(moved, 'certificate')}. This is the plan as it is now.
        </Banner>
      ) : null}
      {plan.data ? (
        <ul className="divide-y divide-line rounded-control border border-line text-sm">
          {linesOf(plan.data, nameOf).map((line) => (
            <li className="flex items-start gap-2.5 px-3 py-2" key={line.text}>
              <StatusGlyph className="mt-0.5" glyph={line.glyph} tone={tones[line.glyph]} />
              <span>
                {line.text}
                {line.note ? <span className="block text-xs text-ink-3">{line.note}</span> : null}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
