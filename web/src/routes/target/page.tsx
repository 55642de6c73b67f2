// One target: what it should serve and what its endpoints were seen to serve, how the last deployment went step by step, its
// configuration by the connector's form, and its removal.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Ellipsis, Pencil, Rocket } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import type { Certificate, Schemas } from '@/api/types';
import { ProbeButton } from '@/components/certificate/probe-button';
import { ErrorState } from '@/components/error-state';
import { useAgents, useTargetKinds } from '@/components/targets/use-kinds';
import { TimeAgo, Timestamp } from '@/components/times';
import { fieldsOf, type Schema, type Values } from '@/lib/json-schema';
import { probesOf } from '@/lib/target-checks';
import { PageHeader } from '@/shell/page-header';
import { Button, IconButton } from '@/ui/button';
import { Chip } from '@/ui/chip';
import { CopyId } from '@/ui/copy';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';
import { SkeletonRows } from '@/ui/skeleton';
import { complain, say } from '@/ui/toast';
import { LastDeployment } from './last-deployment';
import { LastTest } from './last-test';
import { Served } from './served';

const Edit = lazy(async () => ({ default: (await import('./dialogs')).Edit }));
const Remove = lazy(async () => ({ default: (await import('./dialogs')).Remove }));

type Target = Schemas['Target'];

/** So many certificates of a target are shown; more is rare and a link away. */
export const SHOWN = 8;
export const certificatesOf = (id: string) =>
  q('/certificates', { query: { target_id: id, sort: 'attention', limit: SHOWN, total: true } });

export function TargetPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const target = useQuery(q('/targets/{id}', { path: { id } }));
  if (target.data) return <Detail it={target.data} />;
  return (
    <>
      <PageHeader crumbs={[{ label: 'Targets', to: '/targets' }]} title={id} />
      {target.isError ? (
        <ErrorState error={target.error} onRetry={() => void target.refetch()} what={`The target ${id}`} />
      ) : (
        <SkeletonRows rows={10} />
      )}
    </>
  );
}

function Detail({ it }: { it: Target }) {
  const caller = useCaller();
  const queries = useQueryClient();
  const { kinds, titleOf } = useTargetKinds();
  const { nameOf } = useAgents();
  const [ask, setAsk] = useState<'edit' | 'remove' | null>(null);
  const certificates = useQuery(certificatesOf(it.id));
  const held = certificates.data?.items;
  const manage = may(caller, 'targets.manage');
  const issued = held?.filter((row) => row.holders.some((holder) => holder.current_version_id)) ?? [];
  const deploy = useMutation({
    mutationFn: async (rows: readonly Certificate[]) => {
      for (const row of rows)
        await taken(
          client.POST('/certificates/{id}/deploy', {
            params: { path: { id: row.id } },
            body: { target_ids: [it.id] },
          }),
        );
    },
    onSuccess: () => {
      say(`Deployment to ${it.name} started`, { description: 'Each step is shown on this page.' });
      void queries.invalidateQueries({ queryKey: ['/jobs'] });
    },
    onError: (error) => complain(`Nothing was deployed to ${it.name}`, error),
  });
  const deployReason =
    may(caller, 'certificates.deploy') ??
    (held === undefined
      ? 'its certificates are being read'
      : issued.length === 0
        ? 'no certificate of it was issued yet'
        : null);
  const schema = kinds?.find((kind) => kind.kind === it.kind)?.schema;
  return (
    <div className="flex flex-col gap-4 p-6 tablet:p-4">
      <PageHeader crumbs={[{ label: 'Targets', to: '/targets' }]} plain title={it.name} />
      <header className="flex max-w-340 flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1">
          <h1 className="text-xl font-semibold">{it.name}</h1>
          <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-2">
            <Chip>{titleOf(it.kind)}</Chip>
            <span>
              on{' '}
              <Link className="rounded-chip text-accent-ink hover:underline" to={`/agents/${it.agent_id}`}>
                {nameOf(it.agent_id)}
              </Link>
            </span>
            <CopyId id={it.id} label="Copy the target's id" />
          </div>
        </div>
        <div className="flex items-center gap-2">
          <ProbeButton certificates={issued} target={it} />
          <Button
            busy={deploy.isPending}
            disabledReason={deployReason}
            icon={<Rocket size={14} />}
            onClick={() => deploy.mutate(issued)}
          >
            Deploy again
          </Button>
          <Menu
            align="end"
            trigger={<IconButton icon={<Ellipsis size={16} />} label="More actions" variant="outline" />}
          >
            <MenuItem disabledReason={manage} onSelect={() => setAsk('edit')}>
              Edit…
            </MenuItem>
            <MenuSeparator />
            <MenuItem danger disabledReason={manage} onSelect={() => setAsk('remove')}>
              Remove…
            </MenuItem>
          </Menu>
        </div>
      </header>
      <div className="grid max-w-340 grid-cols-[minmax(0,1fr)_22rem] items-start gap-4 max-xl:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-4">
          <Served certificates={certificates} it={it} />
          <LastTest it={it} reason={manage} />
          <LastDeployment id={it.id} probes={probesOf(it.config).length} />
        </div>
        <Panel
          actions={
            <Button
              disabledReason={manage}
              icon={<Pencil size={14} />}
              onClick={() => setAsk('edit')}
              size="sm"
              variant="ghost"
            >
              Edit
            </Button>
          }
          flush
          title="Configuration"
        >
          <Configuration config={(it.config ?? {}) as Values} schema={schema} />
          <div className="border-t border-line">
            <PropertyList
              items={[
                ['Made', <Timestamp at={it.created_at} key="made" />],
                ['Changed', <TimeAgo at={it.updated_at} key="changed" />],
              ]}
            />
          </div>
        </Panel>
      </div>
      <Suspense fallback={null}>
        {ask === 'edit' && schema ? <Edit it={it} onClose={() => setAsk(null)} schema={schema} /> : null}
        {ask === 'remove' ? (
          <Remove it={it} onClose={() => setAsk(null)} served={certificates.data?.total ?? held?.length ?? 0} />
        ) : null}
      </Suspense>
    </div>
  );
}

function words(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(words).join(', ');
  if (typeof value === 'object' && value !== null)
    return Object.values(value)
      .filter((each) => each !== null && each !== '')
      .map(words)
      .join(' as ');
  return String(value);
}

function Configuration({ config, schema }: { config: Values; schema: Schema | undefined }) {
  const fields = schema ? fieldsOf(schema) : [];
  const known = fields.filter((field) => config[field.key] !== undefined && config[field.key] !== null);
  return (
    <PropertyList
      items={known.map((field) => [
        field.label,
        field.schema.type === 'string' || field.schema.type === 'array' ? (
          <code className="break-all text-ink-2" key={field.key}>
            {words(config[field.key])}
          </code>
        ) : (
          words(config[field.key])
        ),
      ])}
    />
  );
}
