// The tab Overview: the rail, where it is served, lineage, identity, the last events. On paper it is the record of the certificate
// on one page: without what only makes sense on a screen, and with nothing cut.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { q } from '@/api/client';
import type { Certificate } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import { Lineage } from '@/components/lifecycle/lineage';
import { StatusGlyph } from '@/components/status-glyph';
import { Timestamp } from '@/components/times';
import { sentence } from '@/lib/cause-words';
import { keyName, strategies } from '@/lib/key-names';
import { lifeTone } from '@/lib/life';
import { usePrinting } from '@/lib/print';
import { failuresOf } from '@/lib/rail';
import { revokedBecause } from '@/lib/revocation-words';
import { clock, date, instant } from '@/lib/time';
import { count } from '@/lib/words';
import { CopyButton } from '@/ui/copy';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';
import { SkeletonRows } from '@/ui/skeleton';
import { type Around, deploymentsQuery, timelineQuery, type useVersions } from './data';
import { Events } from './events';
import { Lifecycle } from './lifecycle';
import { Served } from './served';

const EVENTS = 5;

/** Pairs of digits, as tools print serials and fingerprints. */
const Hex = ({ text, label }: { text: string; label: string }) => (
  <span className="flex items-center gap-1">
    <code className="truncate print:break-all print:whitespace-normal" title={text}>
      {text.match(/../g)?.join(':') ?? text}
    </code>
    <span data-print="no">
      <CopyButton label={label} text={text} />
    </span>
  </span>
);

const validity = (from: number, to: number) =>
  to - from < 2 * 86_400_000
    ? `${clock(from, 'UTC')} to ${clock(to, 'UTC')}, ${date(to, 'UTC')} UTC`
    : `${date(from, 'UTC')} to ${date(to, 'UTC')}`;

/** What stands in the way, but for the failures that the rail shows. */
function Stands({ it, causes }: { it: Certificate; causes: readonly string[] }) {
  const explain = useQuery(q('/certificates/{id}/explain', { path: { id: it.id } })).data;
  const blockers =
    explain?.blocked_by.filter(
      (blocker) =>
        blocker.code !== 'last_failed' && !causes.some((cause) => cause !== '' && blocker.detail.includes(cause)),
    ) ?? [];
  if (blockers.length === 0) return null;
  return (
    <section aria-label="What stands in the way" className="rounded-panel border border-line bg-surface">
      <ul className="divide-y divide-line">
        {blockers.map((blocker) => (
          <li className="flex gap-3 px-4 py-3" key={`${blocker.code} ${blocker.object_id}`}>
            <StatusGlyph className="mt-0.5" glyph="warning" tone="warn" />
            <div className="min-w-0">
              <p className="break-words">{sentence(blocker.detail)}</p>
              <p className="text-xs break-words text-ink-3">To do: {blocker.remedy}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function OverviewTab({
  it,
  around,
  versions,
}: {
  it: Certificate;
  around: Around;
  versions: ReturnType<typeof useVersions>;
}) {
  const timeline = useQuery(timelineQuery(it.id));
  const deployments = useQuery(deploymentsQuery(it.id));
  const printing = usePrinting();
  const { rounds, naming } = versions;
  const current = rounds.findLast((round) => round.current)?.versions.find((version) => version.current);
  const agents = it.holders.filter((holder) => holder.agent_id);
  /** The place of what the versions tell, while they load. */
  const awaited = (name: string, look: string) =>
    versions.query.isPending ? ([name, <span className={look} key={name} />] as const) : null;
  return (
    <div className="flex flex-col gap-4 print:gap-2">
      <Stands
        causes={timeline.data?.runs[0] ? failuresOf(timeline.data.runs[0]).map((each) => each.cause) : []}
        it={it}
      />
      {timeline.data ? (
        <Lifecycle around={around} it={it} naming={naming} rounds={rounds} timeline={timeline.data} />
      ) : (
        <Panel flush title="Lifecycle">
          {timeline.isError ? (
            <ErrorState error={timeline.error} onRetry={() => void timeline.refetch()} what="The lifecycle" />
          ) : (
            <SkeletonRows className="h-14" rows={2} />
          )}
        </Panel>
      )}
      <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,20.5rem)] items-start gap-4 tablet:grid-cols-1 print:gap-2">
        <div className="flex min-w-0 flex-col gap-4">
          {deployments.isError ? (
            <Panel flush title="Where it is served">
              <ErrorState error={deployments.error} onRetry={() => void deployments.refetch()} what="This table" />
            </Panel>
          ) : (
            <Served around={around} deployments={deployments.data?.items ?? []} it={it} naming={naming} />
          )}
          <div data-print="no">
            <Panel flush note={versions.query.data ? 'each bar is one issued version' : undefined} title="Lineage">
              {versions.query.isPending ? (
                <SkeletonRows className="h-6" rows={4} />
              ) : versions.query.isError ? (
                <ErrorState
                  error={versions.query.error}
                  onRetry={() => void versions.query.refetch()}
                  what="The versions"
                />
              ) : (
                <Lineage
                  holderName={around.agentName}
                  renew={instant(it.renew_after)}
                  rounds={rounds}
                  tone={lifeTone(it)}
                />
              )}
            </Panel>
          </div>
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Panel flush title="Identity">
            <PropertyList
              items={[
                [
                  'Names',
                  <span key="n" title={it.names.join('\n')}>
                    {it.names.slice(0, printing ? it.names.length : 3).join(', ')}
                    {it.names.length > 3 && !printing ? `, +${it.names.length - 3} more` : ''}
                  </span>,
                ],
                [
                  'Key',
                  <span key="k">
                    {keyName(it.key_algorithm)}{' '}
                    <span className="text-xs whitespace-nowrap text-ink-3">
                      {agents.length === 0
                        ? strategies[it.key_strategy]
                        : agents.length === 1
                          ? `held by ${around.agentName(agents[0]?.agent_id)}`
                          : `held by ${count(agents.length, 'agent')}`}
                    </span>
                  </span>,
                ],
                current
                  ? ['Serial', <Hex key="s" label="Copy serial" text={current.serial} />]
                  : awaited('Serial', 'block h-6'),
                current
                  ? ['SHA-256', <Hex key="f" label="Copy fingerprint" text={current.fingerprint_sha256} />]
                  : awaited('SHA-256', 'block h-6'),
                ['Issuer', around.nameOf(it.issuer_id)],
                current
                  ? [
                      'Valid',
                      <span className="nums" key="v">
                        {validity(Date.parse(current.not_before), Date.parse(current.not_after))}
                      </span>,
                    ]
                  : awaited('Valid', 'block h-5'),
                current?.revoked_at
                  ? [
                      'Revoked',
                      <span key="revoked">
                        <Timestamp at={current.revoked_at} />
                        <span className="block text-xs text-ink-3">{revokedBecause(current.revocation_reason)}</span>
                      </span>,
                    ]
                  : null,
                [
                  'Profile',
                  <TextLink key="profile" to={`/profiles/${it.profile_id}`}>
                    {around.nameOf(it.profile_id)}
                  </TextLink>,
                ],
                [
                  'Policy',
                  <TextLink key="policy" to={`/policies/${it.renewal_policy_id}`}>
                    {around.nameOf(it.renewal_policy_id)}
                  </TextLink>,
                ],
                ['Team', it.team_id ? around.nameOf(it.team_id) : 'none'],
                it.health
                  ? [
                      'Health',
                      <span
                        className="nums"
                        key="h"
                        title={it.health.parts
                          .map((part) => `${part.part.replaceAll('_', ' ')}: ${part.points} of ${part.of}`)
                          .join('\n')}
                      >
                        {it.health.score} of 100
                      </span>,
                    ]
                  : null,
                ['Created', <Timestamp at={it.created_at} key="c" />],
              ]}
            />
          </Panel>
          <div data-print="no">
            <Panel
              actions={
                <Link
                  className="flex items-center gap-0.5 rounded-chip text-xs text-accent-ink hover:underline"
                  to={`/certificates/${it.id}/activity`}
                >
                  All activity <ChevronRight aria-hidden="true" size={12} />
                </Link>
              }
              flush
              title="Activity"
            >
              {timeline.data ? (
                <Events around={around} entries={timeline.data.items.slice(0, EVENTS)} it={it} naming={naming} short />
              ) : (
                <SkeletonRows className="h-12" rows={EVENTS} />
              )}
            </Panel>
          </div>
        </div>
      </div>
    </div>
  );
}
