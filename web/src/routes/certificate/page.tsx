// One certificate: what it is, how it is doing, why, and what may be done. Each tab has its URL; events keep it fresh.
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useCaller } from '@/api/caller';
import { certificate as can } from '@/api/can';
import { ApiError } from '@/api/error';
import type { Certificate } from '@/api/types';
import { useRenew } from '@/components/certificate/use-renew';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { StatusGlyph } from '@/components/status-glyph';
import { useKeys } from '@/lib/keyboard';
import { failuresOf, nextTry } from '@/lib/rail';
import { number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { ButtonLink } from '@/ui/button';
import { SkeletonRows } from '@/ui/skeleton';
import { Tabs } from '@/ui/tabs';
import { complain } from '@/ui/toast';
import { certificateQuery, deploymentsQuery, timelineQuery, useAround, useVersions } from './data';
import { type Asking, Head, LifeStrip } from './header';
import { OverviewTab } from './overview';
import { RevocationState } from './revocation';

// What is not on the first tab comes when it is asked for.
const ActivityTab = lazy(async () => ({ default: (await import('./activity')).ActivityTab }));
const DeploymentsTab = lazy(async () => ({ default: (await import('./deployments')).DeploymentsTab }));
const PolicyTab = lazy(async () => ({ default: (await import('./policy')).PolicyTab }));
const RawTab = lazy(async () => ({ default: (await import('./raw')).RawTab }));
const VersionsTab = lazy(async () => ({ default: (await import('./versions')).VersionsTab }));
const DeployDialog = lazy(async () => ({ default: (await import('./deploy-dialog')).DeployDialog }));
const PolicyDialog = lazy(async () => ({ default: (await import('@/components/certificate/dialogs')).PolicyDialog }));
const OwnerDialog = lazy(async () => ({ default: (await import('@/components/certificate/dialogs')).OwnerDialog }));
const DetailsDialog = lazy(async () => ({ default: (await import('@/components/certificate/dialogs')).DetailsDialog }));
const ArchiveDialog = lazy(async () => ({ default: (await import('@/components/certificate/dialogs')).ArchiveDialog }));
const RevokeDialog = lazy(async () => ({
  default: (await import('@/components/certificate/revoke-dialog')).RevokeDialog,
}));

const tabs = [
  ['', 'Overview'],
  ['versions', 'Versions'],
  ['deployments', 'Deployments'],
  ['policy', 'Policy'],
  ['activity', 'Activity'],
  ['raw', 'Raw'],
] as const;

type TabKey = (typeof tabs)[number][0];

function Shown({ it, tab }: { it: Certificate; tab: TabKey }) {
  const [asking, setAsking] = useState<Asking | null>(null);
  const caller = useCaller();
  const navigate = useNavigate();
  const renew = useRenew();
  const deployments = useQuery(deploymentsQuery(it.id));
  const timeline = useQuery(timelineQuery(it.id));
  const versions = useVersions(it.id);
  const around = useAround(it, deployments.data?.items);
  const { naming, rounds } = versions;
  const run = timeline.data?.runs[0];
  const retriable = tab === '' && run !== undefined && failuresOf(run).some((failure) => failure.retryJobId !== null);
  const close = () => setAsking(null);
  const path = (key: string) => `/certificates/${it.id}${key ? `/${key}` : ''}`;
  const at = tabs.findIndex(([key]) => key === tab);
  const step = (by: number) => {
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (next) void navigate({ to: path(next[0]) });
  };
  useKeys([
    // Beside a failed step, R is its retry.
    ...(retriable
      ? []
      : [
          {
            keys: 'R',
            label: 'Renew now',
            group: 'This page',
            run: () => {
              const reason = can.renew(caller, it);
              if (reason) complain(`${it.name} was not renewed`, new Error(reason));
              else renew.mutate(it);
            },
          },
        ]),
    // Beside the deployments, V is the way back to the version before.
    ...(tab === 'deployments'
      ? []
      : [
          {
            keys: 'V',
            label: 'Revoke…',
            group: 'This page',
            run: () => {
              const reason = can.revoke(caller, it);
              if (reason) complain(`${it.name} is not to be revoked`, new Error(reason));
              else setAsking('revoke');
            },
          },
        ]),
    { keys: ']', label: 'Next tab', group: 'This page', run: () => step(1) },
    { keys: '[', label: 'Tab before', group: 'This page', run: () => step(-1) },
    {
      keys: '.',
      label: 'More actions',
      group: 'This page',
      run: () => document.querySelector<HTMLElement>('main [aria-label="More"]')?.click(),
    },
  ]);
  return (
    <>
      <Head
        around={around}
        it={it}
        onAsk={setAsking}
        quiet={retriable}
        revokeKey={tab === 'deployments' ? undefined : 'V'}
      />
      {it.archived_at ? (
        <Banner className="rounded-panel" icon={<StatusGlyph glyph="archived" tone="neutral" />} tone="neutral">
          Archived: nothing is renewed or deployed any more. What is served stays until it expires.
        </Banner>
      ) : null}
      <RevocationState around={around} it={it} versions={versions} />
      <LifeStrip it={it} nextTry={run && run.state !== 'done' ? nextTry(run) : null} />
      <Tabs
        className="border-b border-line print:hidden"
        label="Certificate"
        tabs={tabs.map(([key, label]) => {
          const count =
            key === 'versions' && versions.query.data
              ? versions.query.data.complete
                ? rounds.length
                : null
              : key === 'deployments' && it.target_ids.length > 0
                ? it.target_ids.length
                : null;
          return {
            key,
            active: key === tab,
            to: { to: path(key) },
            label: (
              <>
                {label}
                {count ? <span className="nums text-xs font-normal text-ink-3">{number(count)}</span> : null}
              </>
            ),
          };
        })}
      />
      {tab === '' ? <OverviewTab around={around} it={it} versions={versions} /> : null}
      <Suspense fallback={<SkeletonRows className="h-16" rows={6} />}>
        {tab === 'versions' ? <VersionsTab around={around} it={it} versions={versions} /> : null}
        {tab === 'deployments' ? <DeploymentsTab around={around} it={it} naming={naming} rounds={rounds} /> : null}
        {tab === 'policy' ? <PolicyTab around={around} it={it} onChange={() => setAsking('policy')} /> : null}
        {tab === 'activity' ? <ActivityTab around={around} it={it} naming={naming} /> : null}
        {tab === 'raw' ? <RawTab around={around} it={it} versions={versions} /> : null}
      </Suspense>
      <Suspense fallback={null}>
        {asking === 'deploy' ? (
          <DeployDialog
            around={around}
            deployments={deployments.data?.items ?? []}
            it={it}
            naming={naming}
            onClose={close}
            preset={{}}
            rounds={rounds}
          />
        ) : null}
        {asking === 'policy' ? <PolicyDialog it={it} onClose={close} /> : null}
        {asking === 'owner' ? <OwnerDialog it={it} onClose={close} /> : null}
        {asking === 'details' ? <DetailsDialog it={it} onClose={close} /> : null}
        {asking === 'revoke' ? <RevokeDialog it={it} onClose={close} /> : null}
        {asking === 'archive' ? <ArchiveDialog it={it} onClose={close} /> : null}
      </Suspense>
    </>
  );
}

export function CertificatePage() {
  const { id = '', tab = '' } = useParams({ strict: false }) as { id?: string; tab?: string };
  const certificate = useQuery(certificateQuery(id));
  const it = certificate.data;
  const known = tabs.find(([key]) => key === tab)?.[0];
  return (
    <div className="mx-auto flex w-full max-w-340 flex-col gap-4 p-6 tablet:p-4 print:gap-2 print:p-0">
      <PageHeader
        crumbs={[{ label: 'Certificates', to: '/certificates' }]}
        plain={it !== undefined && known !== undefined}
        title={it?.name ?? 'Certificate'}
      />
      {certificate.isPending ? <SkeletonRows className="h-16" rows={6} /> : null}
      {certificate.isError && !it ? (
        ApiError.of(certificate.error).status === 404 ? (
          <EmptyState
            actions={<ButtonLink to="/certificates">All certificates</ButtonLink>}
            title="No such certificate"
          >
            There is none with the id {id}, or it is outside what you may see. Search finds archived ones too.
          </EmptyState>
        ) : (
          <ErrorState
            error={certificate.error}
            onRetry={() => void certificate.refetch()}
            stillWorks="Renewals keep running; only this page is affected."
            what="This certificate"
          />
        )
      ) : null}
      {it && known === undefined ? (
        <EmptyState actions={<ButtonLink to={`/certificates/${id}`}>Its overview</ButtonLink>} title="No such tab">
          {it.name} has no page called {tab}.
        </EmptyState>
      ) : null}
      {it && known !== undefined ? <Shown it={it} tab={known} /> : null}
    </div>
  );
}
