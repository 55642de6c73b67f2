// One issuer: whether it answers, a test that signs a throw-away certificate, its CA certificates, and what hangs on it.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Download, Ellipsis, FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { CheckList } from '@/components/check-list';
import { ErrorState } from '@/components/error-state';
import { useIssuerKinds } from '@/components/issuer-kinds';
import { StatusText } from '@/components/status-text';
import { Expiry, TimeAgo, Timestamp } from '@/components/times';
import { TypedConfirm } from '@/components/typed-confirm';
import { useIssuerLoad } from '@/components/use-issuer-load';
import { certificatesIn } from '@/lib/pem';
import type { Search } from '@/lib/search';
import { took } from '@/lib/time';
import { conditions } from '@/lib/tokens';
import { count, number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Button, IconButton } from '@/ui/button';
import { Chip } from '@/ui/chip';
import { CopyButton, CopyId } from '@/ui/copy';
import { Dialog } from '@/ui/dialog';
import { FactStrip } from '@/ui/fact';
import { TextField } from '@/ui/field';
import { TextLink } from '@/ui/link';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';
import { SkeletonRows } from '@/ui/skeleton';
import { Table } from '@/ui/table';
import { complain, say } from '@/ui/toast';

type Issuer = Schemas['Issuer'];

const testSteps: Record<string, string> = {
  open_key: 'Its key opens',
  sign: 'It signs',
  check_chain: 'The chain leads to its root',
};

export function IssuerPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const issuer = useQuery(q('/issuers/{id}', { path: { id } }));
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
  const { test: wanted } = useSearch({ strict: false }) as Search;
  const { titleOf } = useIssuerKinds();
  const load = useIssuerLoad();
  const [ask, setAsk] = useState<'name' | 'remove' | null>(null);
  const manage = may(caller, 'issuers.manage');
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
  const status = load.status(it.id);
  return (
    <div className="flex flex-col gap-4 p-6 tablet:p-4">
      <PageHeader crumbs={[{ label: 'Issuers', to: '/issuers' }]} plain title={it.name} />
      <header className="flex max-w-340 flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1">
          <h1 className="text-xl font-semibold">{it.name}</h1>
          <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
            {status ? <StatusText status={status} /> : null}
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
          <Menu
            align="end"
            trigger={<IconButton icon={<Ellipsis size={16} />} label="More actions" variant="outline" />}
          >
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
            <Panel
              note="a throw-away certificate is signed and checked; nothing of it is kept"
              title={test.isFetching ? 'Testing' : test.data?.ok ? 'The test passed' : 'The test failed'}
            >
              {test.isError && !test.isFetching ? (
                <ErrorState error={test.error} onRetry={() => void test.refetch()} what="The test" />
              ) : (
                <div aria-live="polite">
                  <CheckList
                    checks={
                      test.data && !test.isFetching
                        ? test.data.steps.map((step) => ({
                            key: step.name,
                            title: testSteps[step.name] ?? step.name.replaceAll('_', ' '),
                            state: step.ok ? ('passed' as const) : ('failed' as const),
                            detail: `${took(step.milliseconds)} · ${step.detail}`,
                          }))
                        : [{ key: 'now', title: 'The issuer signs', state: 'running' as const }]
                    }
                    label="Steps of the test"
                  />
                </div>
              )}
            </Panel>
          ) : null}
          <Hierarchy it={it} />
          <Failing id={it.id} />
        </div>
        <Panel flush title="Facts">
          <PropertyList
            items={[
              ['Type', titleOf(it.kind)],
              ...Object.entries((it.config ?? {}) as Record<string, unknown>).map(
                ([key, value]) =>
                  [
                    key.charAt(0).toUpperCase() + key.slice(1).replaceAll('_', ' '),
                    String(value).replaceAll('_', ' '),
                  ] as const,
              ),
              ['Made', <Timestamp at={it.created_at} key="made" />],
              ['Changed', <TimeAgo at={it.updated_at} key="changed" />],
            ]}
          />
        </Panel>
      </div>
      {ask === 'name' ? <Rename it={it} onClose={() => setAsk(null)} /> : null}
      {ask === 'remove' ? <Remove held={held ?? 0} it={it} onClose={() => setAsk(null)} /> : null}
    </div>
  );
}

function download(name: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/x-pem-file' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

function Hierarchy({ it }: { it: Issuer }) {
  const chain = certificatesIn(it.chain_pem).toReversed();
  return (
    <Panel
      actions={
        <Button
          icon={<Download size={14} />}
          onClick={() => download(`${it.id}.pem`, it.chain_pem)}
          size="sm"
          variant="ghost"
        >
          Download PEM
        </Button>
      }
      flush
      note="what clients have to trust comes first"
      title="CA certificates"
    >
      {chain.length === 0 ? (
        <p className="px-4 py-5 text-ink-3">It does not tell its CA certificates.</p>
      ) : (
        <ol>
          {chain.map((each, depth) => (
            <li
              className="flex min-h-12 items-center gap-3 border-b border-line py-2 pe-4 last:border-b-0"
              key={each.pem}
              style={{ paddingInlineStart: 16 + depth * 24 }}
            >
              {depth > 0 ? <span aria-hidden="true" className="h-px w-4 shrink-0 bg-line-strong" /> : null}
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{each.subject || 'without a name'}</span>
                <span className="block truncate text-xs text-ink-3">
                  {each.subject === each.issuer ? 'signed by itself' : `signed by ${each.issuer}`}
                </span>
              </span>
              <Expiry at={each.notAfter} className="text-ink-2" />
              <CopyButton label={`Copy ${each.subject} as PEM`} text={each.pem} />
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
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

function Rename({ it, onClose }: { it: Issuer; onClose: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState(it.name);
  const reason = name.trim() === '' ? 'it cannot be empty' : name.trim() === it.name ? 'nothing differs' : null;
  const save = useMutation({
    mutationFn: () =>
      taken(client.PATCH('/issuers/{id}', { params: { path: { id: it.id } }, body: { name: name.trim() } })),
    onSuccess: (next) => {
      queries.setQueryData(q('/issuers/{id}', { path: { id: it.id } }).queryKey, next);
      void queries.invalidateQueries({ queryKey: ['/issuers'] });
      onClose();
    },
    onError: (error) => complain(`${it.name} was not renamed`, error),
  });
  const confirm = () => {
    if (reason === null && !save.isPending) save.mutate();
  };
  return (
    <Dialog
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button busy={save.isPending} disabledReason={reason} onClick={confirm} variant="primary">
            Save
          </Button>
        </>
      }
      onConfirm={confirm}
      onOpenChange={(open) => !open && onClose()}
      open
      title={`Rename ${it.name}`}
    >
      <TextField label="Name" maxLength={200} onChange={(event) => setName(event.target.value)} value={name} />
    </Dialog>
  );
}

function Remove({ it, held, onClose }: { it: Issuer; held: number; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => taken(client.DELETE('/issuers/{id}', { params: { path: { id: it.id } } })),
    onSuccess: () => {
      say(`${it.name} is removed`);
      void queries.invalidateQueries({ queryKey: ['/issuers'] });
      void navigate({ to: '/issuers' });
    },
    onError: (error) => complain(`${it.name} was not removed`, error),
  });
  return (
    <TypedConfirm
      action="Remove issuer"
      busy={remove.isPending}
      keep="Keep issuer"
      name={it.name}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
      title={`Remove ${it.name}?`}
    >
      <ul className="flex list-disc flex-col gap-1 ps-4 text-ink-2">
        <li>
          {held > 0
            ? `${count(held, 'certificate')} renew${held === 1 ? 's' : ''} with it. Archive them first, or the server refuses.`
            : 'No certificate renews with it.'}
        </li>
        <li>What it has signed stays valid until it expires.</li>
      </ul>
    </TypedConfirm>
  );
}
