// The overview: what needs the reader now, then how much there is, then how it has been going.
// Not for: lists. Invariant: the first sentence says whether anything is to be done.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useMay } from '@/api/caller';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import { useNow } from '@/lib/clock';
import { useKeys } from '@/lib/keyboard';
import { usePainted } from '@/lib/painted';
import { teamIn } from '@/lib/scope';
import type { Search } from '@/lib/search';
import { dayAndTime, instant, span } from '@/lib/time';
import { count, number, plural } from '@/lib/words';
import { Boundary } from '@/shell/crash';
import { PageHeader } from '@/shell/page-header';
import { ButtonLink } from '@/ui/button';
import { Horizon } from './horizon';
import { InFlight } from './in-flight';
import { KpiStrip } from './kpi-strip';
import { NeedsList, steadyNeeds } from './needs-list';
import { SetupPath, SetupRest } from './setup-path';
import { FleetVersions, Issuance, RenewalSuccess } from './trends';

/** How many of what needs somebody become outages. */
function outages(total: number, urgent: number): string {
  if (total === 1) return urgent === 0 ? 'It does not become an outage' : 'It becomes an outage';
  if (urgent === 0) return 'None of them becomes an outage';
  return plural(urgent, { one: 'One of them becomes an outage', other: '# of them become outages' });
}

function Headline({ needs }: { needs: Schemas['Needs'] | undefined }) {
  const now = useNow(60_000);
  const next = useQuery({
    ...q('/certificates', { query: { renews: '0s..24h', sort: 'renews', limit: 1, total: true } }),
    enabled: needs !== undefined && needs.total === (needs.hidden ?? 0),
  }).data;
  if (needs === undefined) return <div className="h-12" />;
  const hidden = needs.hidden ?? 0;
  const total = needs.total - hidden;
  const urgent = needs.items.filter((need) => need.band === 'urgent' && !need.hidden_until).length;
  const first = instant(next?.items[0]?.renew_after);
  const title =
    total > 0
      ? plural(total, { one: '# thing needs you', other: '# things need you' })
      : hidden > 0
        ? 'Nothing else needs you'
        : 'Nothing needs you';
  const rest =
    total > 0
      ? `${outages(total, urgent)} within 48 hours. Everything else renews on its own.`
      : next === undefined
        ? ''
        : first === null
          ? 'No renewal is planned in the next 24 hours.'
          : `${count(next.total ?? 1, 'renewal')} planned in the next 24 hours, the first in ${span(first - now)}.`;
  return (
    <div className="min-w-0 flex-1 basis-90">
      <h2 className="text-xl font-semibold">{title}</h2>
      <p className="text-ink-2">
        {rest}
        {hidden > 0 ? ` You have hidden ${number(hidden)} for a while.` : ''}
      </p>
    </div>
  );
}

function Request() {
  const router = useRouter();
  const navigate = useNavigate();
  const may = useMay('certificates.create') && '/certificates/new' in router.routesByPath;
  useKeys(
    may
      ? [
          {
            keys: 'N',
            label: 'Request certificate',
            group: 'This page',
            run: () => void navigate({ to: '/certificates/new' }),
          },
        ]
      : [],
  );
  return may ? (
    <ButtonLink icon={<Plus size={14} />} to="/certificates/new" variant="primary">
      Request certificate
    </ButtonLink>
  ) : null;
}

function Clock() {
  const now = useNow(60_000);
  return <time className="nums text-xs text-ink-3">{dayAndTime(now)}</time>;
}

export function OverviewPage() {
  const navigate = useNavigate();
  const { hidden: shown, ...search } = useSearch({ strict: false }) as Search;
  const whole = shown === 'true';
  const team = teamIn(search);
  const needs = useQuery({
    ...q('/needs', { query: { limit: 200, ...(whole ? { hidden: true } : {}) } }),
    placeholderData: keepPreviousData,
    select: steadyNeeds,
    // What is hidden comes back by itself, and no event tells it.
    refetchInterval: (query) => (query.state.data?.hidden ? 60_000 : false),
  });
  const summary = useQuery(q('/stats/summary'));
  const painted = usePainted();
  const empty =
    summary.data?.values.every((value) => value.name === 'agents_online' || value.value === 0) &&
    needs.data?.total === 0 &&
    team === undefined;
  if (empty) {
    return (
      <>
        <PageHeader title="Overview" />
        <SetupPath />
      </>
    );
  }
  return (
    <>
      <PageHeader title="Overview" />
      <div className="mx-auto flex w-full max-w-340 flex-col gap-4 p-6 tablet:p-4">
        <div className="flex flex-wrap items-end justify-between gap-3">
          <Headline needs={needs.data} />
          <div className="flex items-center gap-2">
            <Clock />
            <Request />
          </div>
        </div>
        <SetupRest />
        <KpiStrip />
        <div className="grid grid-cols-[minmax(0,64fr)_minmax(0,36fr)] gap-4 tablet:grid-cols-1">
          <Boundary>
            {needs.isError && !needs.data ? (
              <div className="rounded-panel border border-line bg-surface">
                <ErrorState
                  error={needs.error}
                  onRetry={() => void needs.refetch()}
                  stillWorks="Renewals go on; only this list is affected."
                  what="What needs you"
                />
              </div>
            ) : (
              <NeedsList
                needs={needs.data}
                onWhole={(next) =>
                  void navigate({ to: '/', search: (next ? { ...search, hidden: 'true' } : search) as never })
                }
                whole={whole}
              />
            )}
          </Boundary>
          <Boundary>
            <InFlight />
          </Boundary>
        </div>
        {/* Below what is as long as there are needs: drawn when it has its place, and what is above it is painted. */}
        {needs.isPending || !painted ? null : (
          <>
            <Boundary>
              <Horizon />
            </Boundary>
            <div className="grid grid-cols-3 gap-4 tablet:grid-cols-1">
              <Boundary>
                <RenewalSuccess />
              </Boundary>
              <Boundary>
                <Issuance />
              </Boundary>
              <Boundary>
                <FleetVersions />
              </Boundary>
            </div>
          </>
        )}
      </div>
    </>
  );
}
