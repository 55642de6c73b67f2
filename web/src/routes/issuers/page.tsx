// The issuers: those that are configured, with how they are doing and what they sign, and the catalogue of those that can be added.
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ArrowRight, Landmark, Pause, Play, ScrollText } from 'lucide-react';
import { useState } from 'react';
import { issuersQuery, useCaller } from '@/api/caller';
import { may } from '@/api/can';
import type { Schemas } from '@/api/types';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { issuerAbilities, issuerNeeds, issuerSentence, useIssuerKinds } from '@/components/issuer-kinds';
import { IssuerTabs } from '@/components/issuers/issuer-tabs';
import { PauseDialog } from '@/components/issuers/pause-dialog';
import { usePause } from '@/components/issuers/use-pause';
import { type RowAction, RowMenu, useRowKeys } from '@/components/row-menu';
import { StatusText } from '@/components/status-text';
import { Expiry, Since, TimeAgo, TimeUntil } from '@/components/times';
import { useIssuerLoad } from '@/components/use-issuer-load';
import { useNow } from '@/lib/clock';
import { cx } from '@/lib/cx';
import { errorRate, issuerStatus, limitedUntil } from '@/lib/issuer-words';
import { took } from '@/lib/time';
import { number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Button, ButtonLink } from '@/ui/button';
import { Chip } from '@/ui/chip';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';
import { Table } from '@/ui/table';

type Issuer = Schemas['Issuer'];

export function IssuersPage() {
  // No event tells how an issuer is doing.
  const issuers = useQuery({ ...issuersQuery(), refetchInterval: 30_000 });
  const { titleOf } = useIssuerKinds();
  const load = useIssuerLoad();
  const navigate = useNavigate();
  const now = useNow(15_000);
  const { reason, resume } = usePause();
  const [pausing, setPausing] = useState<Issuer | null>(null);
  const actionsOf = (it: Issuer): RowAction[] => [
    {
      label: 'Open',
      keys: 'O',
      printed: true,
      icon: <ArrowRight size={14} />,
      run: () => void navigate({ to: `/issuers/${it.id}` }),
    },
    {
      label: 'Its certificates',
      icon: <ScrollText size={14} />,
      run: () => void navigate({ to: '/certificates', search: { issuer: it.id } as never }),
    },
    it.paused_at
      ? {
          label: 'Resume',
          icon: <Play size={14} />,
          begins: true,
          disabledReason: reason,
          run: () => resume.mutate(it),
        }
      : {
          label: 'Pause new orders…',
          icon: <Pause size={14} />,
          begins: true,
          disabledReason: reason,
          run: () => setPausing(it),
        },
  ];
  useRowKeys();
  return (
    <div className="flex flex-col">
      <PageHeader count={issuers.data ? number(issuers.data.items.length) : undefined} title="Issuers" />
      <IssuerTabs active="issuers" />
      <div className="flex max-w-340 flex-col gap-4 p-6 tablet:p-4">
        <Panel flush title="Configured">
          {issuers.isError && !issuers.data ? (
            <ErrorState
              error={issuers.error}
              onRetry={() => void issuers.refetch()}
              stillWorks="Issuing goes on; only this list is affected."
              what="The list of issuers"
            />
          ) : issuers.data === undefined ? (
            <SkeletonRows rows={3} />
          ) : issuers.data.items.length === 0 ? (
            <EmptyState icon={<Landmark size={20} strokeWidth={1.75} />} title="No issuer yet">
              An issuer signs certificates. Choose one below: a local CA is enough to try everything.
            </EmptyState>
          ) : (
            <Table<Issuer>
              columns={[
                {
                  key: 'name',
                  label: 'Name',
                  cell: (it) => (
                    <Link className="rounded-chip font-medium hover:underline" to={`/issuers/${it.id}`}>
                      {it.name}
                    </Link>
                  ),
                },
                {
                  key: 'kind',
                  label: 'Type',
                  width: '10rem',
                  cell: (it) => <span className="text-ink-2">{titleOf(it.kind)}</span>,
                },
                {
                  key: 'status',
                  label: 'Health',
                  width: '10.5rem',
                  cell: (it) => (
                    <span title={it.paused_because ?? it.health.limited_because ?? it.health.last_failure ?? undefined}>
                      <StatusText status={issuerStatus(it, now)} />
                      {it.paused_at ? (
                        <span className="ms-1.5 text-xs text-ink-3">
                          <Since at={it.paused_at} />
                        </span>
                      ) : limitedUntil(it, now) ? (
                        <TimeUntil at={it.health.limited_until} className="ms-1.5 text-xs text-ink-3" />
                      ) : it.health.failing_since ? (
                        <span className="ms-1.5 text-xs text-ink-3">
                          <Since at={it.health.failing_since} />
                        </span>
                      ) : null}
                    </span>
                  ),
                },
                {
                  key: 'success',
                  label: 'Last signed',
                  width: '6.5rem',
                  cell: (it) => <TimeAgo at={it.health.last_success_at} className="text-ink-2" />,
                },
                {
                  key: 'latency',
                  label: 'Latency',
                  width: '5.5rem',
                  cell: (it) =>
                    it.health.latency_ms === null || it.health.latency_ms === undefined ? (
                      <span className="text-ink-3 italic">not known</span>
                    ) : (
                      <span className="nums text-ink-2">{took(it.health.latency_ms)}</span>
                    ),
                },
                {
                  key: 'errors',
                  label: 'Errors in 24 h',
                  width: '8rem',
                  cell: (it) => (
                    <span className={cx('nums', it.health.failed > 0 ? 'text-crit' : 'text-ink-3')}>
                      {errorRate(it.health)}
                    </span>
                  ),
                },
                {
                  key: 'certificates',
                  label: 'Certificates',
                  width: '6.5rem',
                  cell: (it) => {
                    const held = load.certificates(it.id);
                    return held === undefined ? null : (
                      <TextLink className="nums" search={{ issuer: it.id } as never} to="/certificates">
                        {number(held)}
                      </TextLink>
                    );
                  },
                },
                {
                  key: 'ends',
                  label: 'Its CA expires',
                  width: '7rem',
                  cell: (it) =>
                    it.not_after ? (
                      <Expiry at={it.not_after} className="text-ink-2" />
                    ) : (
                      <span className="text-ink-3 italic">not told</span>
                    ),
                },
                {
                  key: 'menu',
                  label: '',
                  width: '3rem',
                  end: true,
                  cell: (it) => <RowMenu actions={() => actionsOf(it)} name={it.name} />,
                },
              ]}
              keyOf={(it) => it.id}
              label="Configured issuers"
              rows={issuers.data.items}
            />
          )}
        </Panel>
        <Catalogue />
      </div>
      {pausing ? <PauseDialog it={pausing} onClose={() => setPausing(null)} /> : null}
    </div>
  );
}

function Catalogue() {
  const { kinds, error, retry } = useIssuerKinds();
  const reason = may(useCaller(), 'issuers.manage');
  return (
    <section aria-labelledby="catalogue" className="flex flex-col gap-3">
      <h2 className="font-semibold" id="catalogue">
        Add an issuer
      </h2>
      {error && !kinds ? <ErrorState error={error} onRetry={retry} what="The catalogue" /> : null}
      <ul className="grid grid-cols-4 gap-3 max-xl:grid-cols-2 narrow:grid-cols-1">
        {kinds?.map((each) => {
          return (
            <li
              className="flex flex-col items-start gap-1 rounded-panel border border-line bg-surface p-4"
              key={each.kind}
            >
              <h3 className="text-base font-semibold">{each.title}</h3>
              <p className="text-ink-2">{issuerSentence(each.kind)}</p>
              <p className="text-xs text-ink-3">{issuerNeeds(each)}</p>
              <ul aria-label={`What ${each.title} can do`} className="mt-1.5 flex flex-wrap gap-1">
                {issuerAbilities(each.kind).map((ability) => (
                  <li key={ability}>
                    <Chip>{ability}</Chip>
                  </li>
                ))}
              </ul>
              <div className="mt-auto pt-3">
                {reason ? (
                  <Button disabledReason={reason}>Configure</Button>
                ) : (
                  <ButtonLink to={`/issuers/new/${each.kind}`}>Configure</ButtonLink>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
