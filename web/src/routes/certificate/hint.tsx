// What the authority wants of the renewal, by key holder: its window, the moment that was chosen in it, and its reason.
// Not for: the decision itself (policy.tsx). Invariant: what it did not say is not shown.
import { ExternalLink } from 'lucide-react';
import type { Schemas } from '@/api/types';
import { StatusGlyph } from '@/components/status-glyph';
import { TimeAgo, Timestamp, TimeUntil } from '@/components/times';
import { hintProblem, whyOf } from '@/lib/hint-words';
import { ownZone } from '@/lib/time';
import { Banner } from '@/ui/banner';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';

type Explained = Schemas['HolderExplanation'];

interface Props {
  holders: readonly Explained[];
  issuer: string;
  agentName: (id: string | null | undefined) => string;
}

export function Hints({ holders, issuer, agentName }: Props) {
  const told = holders.filter((holder) => holder.hint);
  if (told.length === 0) return null;
  return (
    <Panel flush note={`what ${issuer} itself says of the renewal`} title="The authority’s wish">
      <ul className="divide-y divide-line">
        {told.map((holder) => (
          <li key={holder.agent_id ?? 'outside'}>
            <One agent={told.length > 1 ? agentName(holder.agent_id) : null} hint={holder.hint ?? {}} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function One({ hint, agent }: { hint: Schemas['RenewalHint']; agent: string | null }) {
  const problem = hintProblem(hint);
  const why = whyOf(hint);
  const zone = ownZone();
  return (
    <>
      {problem ? (
        <Banner icon={<StatusGlyph glyph="warning" tone="warn" />} tone="warn">
          {problem}
        </Banner>
      ) : null}
      <PropertyList
        items={[
          agent ? ['Key holder', agent] : null,
          hint.opens_at && hint.closes_at
            ? [
                'Window',
                <span key="window">
                  <Timestamp at={hint.opens_at} zone={zone} /> to <Timestamp at={hint.closes_at} zone={zone} />
                </span>,
              ]
            : null,
          hint.renew_at
            ? [
                'Renews',
                <span key="renews">
                  <Timestamp at={hint.renew_at} zone={zone} />
                  <span className="ms-2 text-xs text-ink-3">a moment in it, chosen by chance</span>
                </span>,
              ]
            : null,
          why
            ? [
                'Why',
                <a
                  className="inline-flex items-center gap-1 rounded-chip break-all text-accent-ink hover:underline"
                  href={why}
                  key="why"
                  rel="noreferrer noopener"
                  target="_blank"
                >
                  {new URL(why).host}
                  <ExternalLink aria-label="opens another tab" className="shrink-0" size={12} />
                </a>,
              ]
            : null,
          hint.asked_at || hint.ask_at
            ? [
                'Asked',
                <span className="text-ink-2" key="asked">
                  {hint.asked_at ? <TimeAgo at={hint.asked_at} /> : 'not yet'}
                  {hint.ask_at ? (
                    <>
                      , and again <TimeUntil at={hint.ask_at} />
                    </>
                  ) : null}
                </span>,
              ]
            : null,
        ]}
      />
    </>
  );
}
