// One issuer: how it is doing, a pause of its orders, a test of it, its CA certificates, and what hangs on it.
// Not for: changing its configuration (issuer-edit).
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Ellipsis, FlaskConical, Pause, Play } from 'lucide-react';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { TestPanel } from '@/components/config/test-panel';
import { ErrorState } from '@/components/error-state';
import { LOCAL, testNote, testStep, useIssuerKinds } from '@/components/issuer-kinds';
import { PauseDialog } from '@/components/issuers/pause-dialog';
import { usePause } from '@/components/issuers/use-pause';
import { StatusText } from '@/components/status-text';
import { Expiry, TimeAgo, Timestamp } from '@/components/times';
import { useIssuerLoad } from '@/components/use-issuer-load';
import { useNow } from '@/lib/clock';
import { configInWords } from '@/lib/config-form';
import { issuerStatus } from '@/lib/issuer-words';
import { useKeys } from '@/lib/keyboard';
import type { Search } from '@/lib/search';
import { conditions } from '@/lib/tokens';
import { number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Button, IconButton } from '@/ui/button';
import { Chip } from '@/ui/chip';
import { CopyId } from '@/ui/copy';
import { FactStrip } from '@/ui/fact';
import { TextLink } from '@/ui/link';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';
import { SkeletonRows } from '@/ui/skeleton';
import { Table } from '@/ui/table';
import { Remove, Rename } from './dialogs';
import { Generations } from './generations';
import { Health, Trouble } from './health';
import { Hierarchy } from './hierarchy';
import { PersistentRecord } from './persistent';
import { RecentErrors } from './recent-errors';
import { Revocation } from './revocation';

type Issuer = Schemas['Issuer'];

export function IssuerPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  // No event tells how an issuer is doing.
  const issuer = useQuery({ ...q('/issuers/{id}', { path: { id } }), refetchInterval: 30_000 });
  if (issuer.data) return <Detail it={issuer.data} key={id} />;
  return (
    <>
      <PageHeader crumbs={[{ label: 'Issuers', to: '/issuers' }]} title={id} />
      {issuer.isError ? (
        <ErrorState error={issuer.error} onRetry={() => void issuer.refetch()} what={`The issuer ${id}`} />
      ) : (
        <SkeletonRows rows={10} />
      )}
    </>
  );
}

function Detail({ it }: { it: Issuer }) {
  const caller = useCaller();
  const navigate = useNavigate();
  const { test: wanted } = useSearch({ strict: false }) as Search;
  const { kinds, titleOf } = useIssuerKinds();
  const kind = kinds?.find((each) => each.kind === it.kind);
  const now = useNow(15_000);
  const load = useIssuerLoad();
  const [ask, setAsk] = useState<'name' | 'pause' | 'remove' | null>(null);
  const manage = may(caller, 'issuers.manage');
  const { resume } = usePause();
  // A test signs something each time, so it runs when it is asked for, and after the issuer was made.
  const test = useQuery({
    queryKey: ['issuer-test', it.id],
    queryFn: () => taken(client.POST('/issuers/{id}/test', { params: { path: { id: it.id } } })),
    enabled: wanted === 'run' && manage === null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const held = load.certificates(it.id);
  const signed = load.signed(it.id);
  useKeys([
    {
      keys: '.',
      label: 'More actions',
      group: 'This page',
      run: () => document.querySelector<HTMLElement>('main [aria-label="More actions"]')?.click(),
    },
  ]);
  return (
    <div className="flex flex-col gap-4 p-6 tablet:p-4">
      <PageHeader crumbs={[{ label: 'Issuers', to: '/issuers' }]} plain title={it.name} />
      <header className="flex max-w-340 flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1">
          <h1 className="text-xl font-semibold">{it.name}</h1>
          <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
            <StatusText status={issuerStatus(it, now)} />
            <Chip>{titleOf(it.kind)}</Chip>
            <CopyId id={it.id} label="Copy the issuer's id" />
          </div>
        </div>
        <div className="flex items-center gap-2">
          <Button
            busy={test.isFetching}
            disabledReason={manage}
            icon={<FlaskConical size={14} />}
            onClick={() => void test.refetch()}
          >
            Test
          </Button>
          {it.paused_at ? (
            <Button
              busy={resume.isPending}
              disabledReason={manage}
              icon={<Play size={14} />}
              onClick={() => resume.mutate(it)}
              variant="primary"
            >
              Resume
            </Button>
          ) : (
            <Button disabledReason={manage} icon={<Pause size={14} />} onClick={() => setAsk('pause')}>
              Pause new orders…
            </Button>
          )}
          <Menu
            align="end"
            trigger={<IconButton icon={<Ellipsis size={16} />} keys="." label="More actions" variant="outline" />}
          >
            {it.kind === LOCAL ? null : (
              <MenuItem disabledReason={manage} onSelect={() => void navigate({ to: `/issuers/${it.id}/edit` })}>
                Edit configuration…
              </MenuItem>
            )}
            <MenuItem disabledReason={manage} onSelect={() => setAsk('name')}>
              Rename…
            </MenuItem>
            <MenuSeparator />
            <MenuItem danger disabledReason={manage} onSelect={() => setAsk('remove')}>
              Remove…
            </MenuItem>
          </Menu>
        </div>
      </header>
      <Trouble it={it} />
      <div className="max-w-340">
        <FactStrip
          facts={[
            [
              'Certificates',
              held === undefined ? (
                ''
              ) : (
                <TextLink key="held" search={{ issuer: it.id } as never} to="/certificates">
                  {number(held)}
                </TextLink>
              ),
            ],
            [load.weeks ? `Signed in ${load.weeks} weeks` : 'Signed', signed === undefined ? '' : number(signed)],
            ['Its CA expires', it.not_after ? <Expiry at={it.not_after} key="end" /> : 'not told'],
            ['Made', <TimeAgo at={it.created_at} key="made" />],
          ]}
        />
      </div>
      <div className="grid max-w-340 grid-cols-[minmax(0,1fr)_22rem] items-start gap-4 max-xl:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-4">
          {test.data || test.isError || test.isFetching ? (
            <TestPanel
              doing={it.kind === LOCAL ? 'The issuer signs' : 'The authority is asked'}
              note={testNote(it.kind)}
              test={test}
              titleOf={(name) => testStep(it.kind, name)}
            />
          ) : null}
          {it.kind === LOCAL ? <Generations it={it} /> : null}
          <Hierarchy it={it} />
          {it.kind === LOCAL ? <Revocation id={it.id} /> : null}
          <RecentErrors id={it.id} />
          {provesForGood(it) ? <PersistentRecord id={it.id} reason={manage} /> : null}
          <Failing id={it.id} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Health it={it} />
          <Panel
            actions={
              it.kind !== LOCAL && manage === null ? (
                <TextLink className="text-xs" to={`/issuers/${it.id}/edit`}>
                  Edit
                </TextLink>
              ) : null
            }
            flush
            title="Facts"
          >
            <PropertyList
              items={[
                ['Type', titleOf(it.kind)],
                ...configInWords(kind?.schema, it.config, it.secrets).map(
                  ([key, label, words]) =>
                    [label, key === 'dns_provider' ? <DnsProvider id={words} key={key} /> : words] as const,
                ),
                ['Made', <Timestamp at={it.created_at} key="made" />],
                ['Changed', <TimeAgo at={it.updated_at} key="changed" />],
              ]}
            />
          </Panel>
        </div>
      </div>
      {ask === 'pause' ? <PauseDialog it={it} onClose={() => setAsk(null)} /> : null}
      {ask === 'name' ? <Rename it={it} onClose={() => setAsk(null)} /> : null}
      {ask === 'remove' ? <Remove held={held ?? 0} it={it} onClose={() => setAsk(null)} /> : null}
    </div>
  );
}

/** Whether its names are proved by records that stay. */
const provesForGood = ({ config }: Issuer) =>
  ((config as { challenges?: unknown } | null)?.challenges as readonly string[] | undefined)?.includes(
    'dns-persist-01',
  ) === true;

function DnsProvider({ id }: { id: string }) {
  const provider = useQuery(q('/dns-providers/{id}', { path: { id } })).data;
  return <TextLink to={`/issuers/dns-providers/${id}`}>{provider?.name ?? id}</TextLink>;
}

function Failing({ id }: { id: string }) {
  const rows = useQuery(
    q('/certificates', { query: { issuer_id: id, condition: 'failing,expired', limit: 10, total: true } }),
  );
  const total = rows.data?.total ?? 0;
  return (
    <Panel
      actions={
        total > 0 ? (
          <TextLink className="text-xs" search={{ issuer: id, status: 'failing,expired' } as never} to="/certificates">
            All {number(total)}
          </TextLink>
        ) : null
      }
      flush
      title="Failing or expired"
    >
      {rows.isError && !rows.data ? (
        <ErrorState error={rows.error} onRetry={() => void rows.refetch()} what="This list" />
      ) : rows.data === undefined ? (
        <SkeletonRows rows={2} />
      ) : rows.data.items.length === 0 ? (
        <p className="px-4 py-5 text-ink-3">None of its certificates fails or has expired.</p>
      ) : (
        <Table
          columns={[
            {
              key: 'name',
              label: 'Certificate',
              cell: (row) => (
                <TextLink className="font-medium text-ink" to={`/certificates/${row.id}`}>
                  {row.name}
                </TextLink>
              ),
            },
            {
              key: 'status',
              label: 'Status',
              width: '12rem',
              cell: (row) => <StatusText status={conditions[row.condition]} times={row.failed_attempts} />,
            },
            {
              key: 'expires',
              label: 'Expires',
              width: '9rem',
              cell: (row) => <Expiry at={row.not_after} className="text-ink-2" />,
            },
          ]}
          keyOf={(row) => row.id}
          label="Certificates of this issuer that fail or have expired"
          rows={rows.data.items}
        />
      )}
    </Panel>
  );
}
