// How an issuer is doing: whether it answers, how fast, what it gave up and why it failed last. Not for: a test (the page has one).
// Invariant: what was not measured is said to be unknown.
import { Pause } from 'lucide-react';
import type { Schemas } from '@/api/types';
import { StatusGlyph } from '@/components/status-glyph';
import { StatusText } from '@/components/status-text';
import { Since, TimeAgo, Timestamp, TimeUntil } from '@/components/times';
import { sentence } from '@/lib/cause-words';
import { useNow } from '@/lib/clock';
import { cx } from '@/lib/cx';
import { budgetWords, errorRate, issuerStatus, limitedUntil } from '@/lib/issuer-words';
import { ownZone, took } from '@/lib/time';
import { count, number } from '@/lib/words';
import { Banner } from '@/ui/banner';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';

type Issuer = Schemas['Issuer'];

const OPEN = 'Pending,AwaitingApproval,AwaitingCSR,Running';

/** Across the page while something is not as it should be. */
export function Trouble({ it }: { it: Issuer }) {
  const { health } = it;
  const now = useNow(15_000);
  if (it.paused_at)
    return (
      <Banner
        className="max-w-340 rounded-control"
        icon={<Pause aria-hidden="true" className="text-warn" size={16} />}
        tone="warn"
      >
        It takes no new orders, for <Since at={it.paused_at} />
        {it.paused_because ? `: ${sentence(it.paused_because)}` : '.'}{' '}
        {health.open_jobs > 0 ? `${count(health.open_jobs, 'order waits', 'orders wait')} for it.` : ''}
      </Banner>
    );
  if (limitedUntil(it, now))
    return (
      <Banner className="max-w-340 rounded-control" icon={<StatusGlyph glyph="due" tone="warn" />} tone="warn">
        <span className="font-medium">
          It asked to be left alone until <Timestamp at={health.limited_until} timeOnly zone={ownZone()} />, which is{' '}
          <TimeUntil at={health.limited_until} />.
        </span>{' '}
        {health.limited_because ? `${sentence(health.limited_because)} ` : ''}
        Its orders wait until then and go on by themselves.
      </Banner>
    );
  if (health.state !== 'failing') return null;
  return (
    <Banner className="max-w-340 rounded-control" icon={<StatusGlyph glyph="failing" tone="crit" />} tone="crit">
      <span className="font-medium">
        Every try fails
        {health.failing_since ? (
          <>
            , for <Since at={health.failing_since} />
          </>
        ) : null}
        .
      </span>{' '}
      {health.last_failure ? sentence(health.last_failure) : ''} What it has signed stays valid; retries go on by
      themselves.
    </Banner>
  );
}

/** How much of what the authority takes is used, as a bar with its words. */
function Budget({ budget }: { budget: Schemas['IssuerBudget'] }) {
  const now = useNow(15_000);
  const { words, share, tone } = budgetWords(budget, now);
  return (
    <span className="flex flex-col gap-1.5">
      <span className="nums">{words}</span>
      <span aria-hidden="true" className="block h-1.5 overflow-hidden rounded-full bg-fill-strong">
        <span
          className={cx('block h-full rounded-full', tone === 'warn' ? 'bg-warn-fill' : 'bg-accent')}
          style={{ width: `${share * 100}%` }}
        />
      </span>
      {tone === 'warn' && budget.next_at ? (
        <span className="text-xs text-ink-2">
          The next order begins <TimeUntil at={budget.next_at} />; what ends first goes first.
        </span>
      ) : null}
    </span>
  );
}

export function Health({ it }: { it: Issuer }) {
  const { health } = it;
  const now = useNow(15_000);
  return (
    <Panel flush note="the counts are of 24 hours" title="Health">
      <PropertyList
        items={[
          ['State', <StatusText key="state" status={issuerStatus(it, now)} />],
          ['Last signed', <TimeAgo at={health.last_success_at} key="signed" />],
          [
            'Latency',
            health.latency_ms === null || health.latency_ms === undefined ? (
              'not known'
            ) : (
              <span className="nums" key="latency" title="the middle one of its newest signatures">
                {took(health.latency_ms)}
              </span>
            ),
          ],
          [
            'Errors',
            <span className="nums" key="errors">
              {errorRate(health)}
            </span>,
          ],
          health.budget ? ['Orders', <Budget budget={health.budget} key="budget" />] : null,
          [
            'Open orders',
            health.open_jobs > 0 ? (
              <TextLink
                className="nums"
                key="open"
                search={{ issuer: it.id, kind: 'Issuance,Renewal', state: OPEN } as never}
                to="/jobs"
              >
                {number(health.open_jobs)}
              </TextLink>
            ) : (
              'none'
            ),
          ],
          health.last_failure_at
            ? [
                'Last failure',
                <span key="failure">
                  <Timestamp at={health.last_failure_at} />
                  {health.last_failure ? (
                    <span className="block text-ink-2">{sentence(health.last_failure)}</span>
                  ) : null}
                </span>,
              ]
            : ['Last failure', 'none that is known'],
        ]}
      />
    </Panel>
  );
}
