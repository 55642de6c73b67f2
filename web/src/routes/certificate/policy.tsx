// The tab Policy: what decides about its renewal and what it may be, where each value comes from, and what is decided now.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCaller } from '@/api/caller';
import { certificate as can } from '@/api/can';
import { q } from '@/api/client';
import { useActorName } from '@/api/lookups';
import type { Certificate } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import { StatusGlyph } from '@/components/status-glyph';
import { StatusText } from '@/components/status-text';
import { TimeAgo, TimeUntil } from '@/components/times';
import { sentence, shorten } from '@/lib/cause-words';
import { useNow } from '@/lib/clock';
import { keyName, strategies } from '@/lib/key-names';
import { lifeOf } from '@/lib/life';
import { pointWords, triesWords, warnPlaces, warnWords, windowWords } from '@/lib/policy-words';
import { momentOf, readTimes, span, took } from '@/lib/time';
import { jobStates, jobVerbs } from '@/lib/tokens';
import { Button } from '@/ui/button';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';
import { Cell, RowsTable } from '@/ui/rows-table';
import { SkeletonRows } from '@/ui/skeleton';
import type { Around } from './data';
import { Hints } from './hint';

const DAY = 86_400_000;

const decisions: Record<string, string> = { renew: 'renew now', wait: 'wait', nothing: 'nothing to do' };

const readable = (text: string) => readTimes(shorten(text));

function Track({ it, warns, point }: { it: Certificate; warns: readonly number[]; point: string }) {
  const life = lifeOf(it);
  const now = useNow(life && life.end - life.start < DAY ? 1000 : 60_000);
  if (life === null) return null;
  const length = life.end - life.start;
  const place = (moment: number) => `${Math.min(100, Math.max(0, ((moment - life.start) / length) * 100))}%`;
  const renew = life.renew;
  const at = (moment: number) => momentOf(moment, length);
  const first = warns[0];
  return (
    <div className="px-5 pt-9 pb-4">
      <div
        aria-label={`From ${at(life.start)} to ${at(life.end)}: renews ${point}${warns.length > 0 ? `, warns ${warns.length} times` : ''}`}
        className="relative h-2 rounded-[3px] bg-fill-strong"
        role="img"
      >
        {renew === null ? null : (
          <>
            <span
              className="hatched absolute inset-y-0 end-0 rounded-e-[3px]"
              style={{ insetInlineStart: place(renew) }}
            />
            <span className="absolute -inset-y-1.5 w-0.5 bg-accent-ink" style={{ insetInlineStart: place(renew) }} />
            <span
              className="nums absolute bottom-4 -translate-x-1/2 text-2xs whitespace-nowrap text-accent-ink"
              style={{ insetInlineStart: `clamp(48px, ${place(renew)}, calc(100% - 48px))` }}
            >
              renews {at(renew)}
            </span>
          </>
        )}
        {warns.map((warn) => (
          <span
            className="absolute -inset-y-1 w-0.5 bg-warn-fill"
            key={warn}
            style={{ insetInlineStart: `${warn * 100}%` }}
          />
        ))}
        <span
          className="absolute top-1/2 size-3 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-ink bg-surface"
          style={{ insetInlineStart: place(now) }}
        />
      </div>
      <p className="nums mt-2 flex justify-between text-2xs text-ink-3">
        <span>issued {at(life.start)}</span>
        {first === undefined ? null : (
          <span className="text-warn">warns from {at(life.start + first * length)} on if not renewed</span>
        )}
        <span>expires {at(life.end)}</span>
      </p>
    </div>
  );
}

export function PolicyTab({ it, around, onChange }: { it: Certificate; around: Around; onChange: () => void }) {
  const caller = useCaller();
  const actorName = useActorName();
  const now = useNow(60_000);
  const policy = useQuery(q('/renewal-policies/{id}', { path: { id: it.renewal_policy_id } }));
  const profile = useQuery(q('/profiles/{id}', { path: { id: it.profile_id } }));
  const explain = useQuery(q('/certificates/{id}/explain', { path: { id: it.id } }));
  const life = lifeOf(it);
  const source = (text: string) => <span className="ms-2 text-xs text-ink-3">{text}</span>;
  const from = policy.data ? source(`from the policy ${policy.data.name}`) : null;
  const by = profile.data ? source(`from the profile ${profile.data.name}`) : null;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,20.5rem)] items-start gap-4 tablet:grid-cols-1">
      <div className="flex min-w-0 flex-col gap-4">
        <Panel
          actions={
            <Button disabledReason={can.update(caller, it)} onClick={onChange} size="sm">
              Change policy…
            </Button>
          }
          flush
          note={policy.data ? <TextLink to={`/policies/${policy.data.id}`}>{policy.data.name}</TextLink> : undefined}
          title="Renewal"
        >
          {policy.isPending ? <SkeletonRows rows={5} /> : null}
          {policy.isError ? (
            <ErrorState error={policy.error} onRetry={() => void policy.refetch()} what="The policy" />
          ) : null}
          {policy.data ? (
            <>
              <Track
                it={it}
                point={pointWords(policy.data.point)}
                warns={life ? warnPlaces(policy.data, life.end - life.start) : []}
              />
              <div className="border-t border-line">
                <PropertyList
                  items={[
                    [
                      'Renews',
                      <span key="r">
                        {policy.data.automatic ? 'by itself, ' : 'only when asked, due '}
                        {pointWords(policy.data.point)}
                        {from}
                      </span>,
                    ],
                    [
                      'Warns',
                      <span key="w">
                        {warnWords(policy.data)}
                        {from}
                      </span>,
                    ],
                    [
                      'When',
                      <span key="x">
                        {windowWords(policy.data)}
                        {from}
                      </span>,
                    ],
                    [
                      'Tries',
                      <span key="t">
                        {triesWords(policy.data)} for each job
                        {from}
                      </span>,
                    ],
                    [
                      'Lifetime',
                      <span key="l">
                        {took(it.lifetime_seconds * 1000)}
                        {profile.data && it.lifetime_seconds === profile.data.default_lifetime_seconds
                          ? by
                          : source('set on this certificate')}
                      </span>,
                    ],
                  ]}
                />
              </div>
            </>
          ) : null}
        </Panel>
        <Panel flush note="as the server would decide it this moment" title="Decided now">
          {explain.isPending ? <SkeletonRows rows={2} /> : null}
          {explain.isError ? (
            <ErrorState error={explain.error} onRetry={() => void explain.refetch()} what="The explanation" />
          ) : null}
          {explain.data ? (
            <RowsTable head={['Key holder', 'Decision', 'Why', 'Looked at again']} label="Decisions by key holder">
              {explain.data.holders.map((holder) => (
                <tr key={holder.agent_id ?? 'outside'}>
                  <Cell className="font-medium">{around.agentName(holder.agent_id)}</Cell>
                  <Cell>{decisions[holder.decision] ?? holder.decision}</Cell>
                  <Cell className="text-ink-2">{readable(holder.reason.replace(/^(wait|renew): /, ''))}</Cell>
                  <Cell className="text-ink-2">
                    {holder.next_look_at ? <TimeUntil at={holder.next_look_at} /> : ''}
                  </Cell>
                </tr>
              ))}
            </RowsTable>
          ) : null}
          {explain.data?.blocked_by.length ? (
            <ul className="divide-y divide-line border-t border-line">
              {explain.data.blocked_by.map((blocker) => (
                <li className="flex gap-3 px-4 py-3" key={`${blocker.code} ${blocker.object_id}`}>
                  <StatusGlyph className="mt-0.5" glyph="warning" tone="warn" />
                  <div className="min-w-0">
                    <p className="break-words">{sentence(readable(blocker.detail))}</p>
                    <p className="text-xs text-ink-3">To do: {blocker.remedy}</p>
                  </div>
                </li>
              ))}
            </ul>
          ) : null}
        </Panel>
        {explain.data ? (
          <Hints agentName={around.agentName} holders={explain.data.holders} issuer={around.nameOf(it.issuer_id)} />
        ) : null}
        <Panel flush title="Earlier decisions">
          {explain.data?.last.length === 0 ? <p className="px-4 py-6 text-ink-3">None yet.</p> : null}
          {explain.data && explain.data.last.length > 0 ? (
            <RowsTable head={['When', 'What', 'Why', 'By', 'Result']} label="Earlier decisions">
              {explain.data.last.map((each) => (
                <tr key={each.job_id}>
                  <Cell className="text-ink-2">
                    <TimeAgo at={each.at} />
                  </Cell>
                  <Cell>
                    <Link className="rounded-chip hover:underline" to={`/jobs/${each.job_id}`}>
                      {jobVerbs[each.kind]}
                    </Link>
                  </Cell>
                  <Cell className="text-ink-2">{readable(each.reason.replace(/^renew: /, ''))}</Cell>
                  <Cell className="text-ink-2">{actorName(each.actor)}</Cell>
                  <Cell>
                    <StatusText status={jobStates[each.state]} />
                  </Cell>
                </tr>
              ))}
            </RowsTable>
          ) : null}
        </Panel>
      </div>
      <Panel
        flush
        note={profile.data ? <TextLink to={`/profiles/${profile.data.id}`}>{profile.data.name}</TextLink> : undefined}
        title="Profile"
      >
        {profile.isPending ? <SkeletonRows rows={5} /> : null}
        {profile.isError ? (
          <ErrorState error={profile.error} onRetry={() => void profile.refetch()} what="The profile" />
        ) : null}
        {profile.data ? (
          <PropertyList
            items={[
              ['Keys', profile.data.key_algorithms.map(keyName).join(', ')],
              ['This key', `${keyName(it.key_algorithm)}, ${strategies[it.key_strategy]}`],
              [
                'Lifetime',
                `${span(profile.data.min_lifetime_seconds * 1000)} to ${span(profile.data.max_lifetime_seconds * 1000)}`,
              ],
              [
                'Names',
                [
                  profile.data.name_patterns.length > 0 ? profile.data.name_patterns.join(', ') : 'any name',
                  profile.data.wildcards ? 'wildcards' : 'no wildcards',
                  profile.data.ip_addresses ? 'IP addresses' : 'no IP addresses',
                  `at most ${profile.data.max_names}`,
                ].join(', '),
              ],
              ['Use', profile.data.extended_key_usages.map((use) => use.replaceAll('_', ' ')).join(', ')],
              [
                'Approval',
                { none: 'not needed', first: 'for the first issuance', always: 'for each issuance' }[
                  profile.data.approval
                ],
              ],
              it.renew_after && life ? ['Life left', `${span(Math.max(0, life.end - now))}`] : null,
            ]}
          />
        ) : null}
      </Panel>
    </div>
  );
}
