// The targets: where certificates are served, by which agent, how many endpoints prove it, and how the last deployment went.
import { Link, useRouter } from '@tanstack/react-router';
import { ListChecks, Plus, ScrollText, Server, Target as TargetIcon } from 'lucide-react';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import type { Schemas } from '@/api/types';
import type { Column } from '@/components/data-grid/data-grid';
import { begins, listed } from '@/components/data-grid/listed';
import { PagedGrid } from '@/components/data-grid/paged-grid';
import { useColumns } from '@/components/data-grid/use-columns';
import { EmptyState } from '@/components/empty-state';
import type { RowAction } from '@/components/row-menu';
import { StatusText } from '@/components/status-text';
import { useFreshTargetRows, useTargetRow } from '@/components/targets/target-row';
import { useAgents, useTargetKinds } from '@/components/targets/use-kinds';
import { TimeAgo } from '@/components/times';
import { useKeys } from '@/lib/keyboard';
import { probesOf } from '@/lib/target-checks';
import { jobStates } from '@/lib/tokens';
import { number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Button, ButtonLink } from '@/ui/button';
import { RowLink } from '@/ui/row-link';

type Target = Schemas['Target'];
const NO_QUERY = {};

function Certificates({ id }: { id: string }) {
  const row = useTargetRow(id);
  if (row === undefined) return null;
  if (row.certificates === 0) return <span className="text-ink-3 italic">none</span>;
  return (
    <Link
      className="nums rounded-chip text-ink-2 hover:text-ink hover:underline"
      search={{ target: id } as never}
      tabIndex={-1}
      to="/certificates"
    >
      {number(row.certificates)}
    </Link>
  );
}

function LastDeploy({ id }: { id: string }) {
  const row = useTargetRow(id);
  if (row === undefined) return null;
  if (row.last === null) return <span className="text-ink-3 italic">never</span>;
  return (
    <span className="flex items-center gap-2">
      <StatusText status={jobStates[row.last.state]} />
      <TimeAgo at={row.last.finished_at ?? row.last.created_at} className="text-xs text-ink-3" />
    </span>
  );
}

function Endpoints({ it }: { it: Target }) {
  const probes = probesOf(it.config);
  if (probes.length === 0) return <span className="text-ink-3 italic">none named</span>;
  return (
    <span className="text-ink-2" title={probes.map((probe) => probe.address).join(', ')}>
      <code>{probes[0]?.address}</code>
      {probes.length > 1 ? <span className="ms-1.5 text-xs text-ink-3">+{probes.length - 1}</span> : null}
    </span>
  );
}

/** Asks for the rows before the page is drawn. */
export const begin = begins('/targets', () => NO_QUERY);

export function TargetsPage() {
  const caller = useCaller();
  const router = useRouter();
  const [total, setTotal] = useState<number>();
  const { titleOf } = useTargetKinds();
  const { nameOf } = useAgents();
  const reason = may(caller, 'targets.manage');
  useFreshTargetRows();
  useKeys([
    {
      keys: 'N',
      label: 'Add a target',
      group: 'This list',
      run: () => (reason ? false : void router.navigate({ to: '/targets/new' })),
    },
  ]);
  const columns: readonly Column<Target>[] = [
    {
      key: 'name',
      label: 'Name',
      width: 180,
      grow: 1.4,
      cell: (it) => <RowLink to={`/targets/${it.id}`}>{it.name}</RowLink>,
    },
    {
      key: 'kind',
      label: 'Type',
      width: 128,
      cell: (it) => <span className="text-ink-2">{titleOf(it.kind)}</span>,
    },
    {
      key: 'agent',
      label: 'Agent',
      width: 132,
      grow: 0.6,
      cell: (it) => (
        <RowLink className="rounded-chip text-ink-2 hover:text-ink hover:underline" to={`/agents/${it.agent_id}`}>
          {nameOf(it.agent_id)}
        </RowLink>
      ),
    },
    { key: 'endpoints', label: 'Endpoints', width: 200, grow: 1, cell: (it) => <Endpoints it={it} /> },
    { key: 'certificates', label: 'Certificates', width: 104, cell: (it) => <Certificates id={it.id} /> },
    { key: 'deploy', label: 'Last deployment', width: 248, cell: (it) => <LastDeploy id={it.id} /> },
    {
      key: 'updated',
      label: 'Changed',
      width: 112,
      cell: (it) => <TimeAgo at={it.updated_at} className="text-ink-3" />,
    },
  ];
  const grid = useColumns(columns);
  const actionsOf = (it: Target): readonly RowAction[] => [
    {
      label: 'Its certificates',
      icon: <ScrollText size={14} />,
      run: () => void router.navigate({ to: '/certificates', search: { target: it.id } as never }),
    },
    {
      label: 'Its jobs',
      icon: <ListChecks size={14} />,
      run: () => void router.navigate({ to: '/jobs', search: { target: it.id } as never }),
    },
    {
      label: 'Its agent',
      icon: <Server size={14} />,
      run: () => void router.navigate({ to: `/agents/${it.agent_id}` }),
    },
  ];
  const add = (size: 'sm' | 'md') =>
    reason ? (
      <Button disabledReason={reason} icon={<Plus size={14} />} size={size} variant="primary">
        Add a target
      </Button>
    ) : (
      <ButtonLink icon={<Plus size={14} />} size={size} to="/targets/new" variant="primary">
        Add a target
      </ButtonLink>
    );
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader count={total === undefined ? undefined : number(total)} title="Targets" />
      <div className="flex h-11 shrink-0 items-center gap-3 border-b border-line bg-surface px-5" data-print="no">
        <p className="min-w-0 flex-1 truncate text-ink-3">
          Where certificates are installed, and the endpoints that prove it.
        </p>
        {grid.chooser}
        {add('sm')}
      </div>
      <PagedGrid<Target>
        actionsOf={actionsOf}
        columns={grid.columns}
        empty={
          <EmptyState actions={add('md')} icon={<TargetIcon size={20} strokeWidth={1.75} />} title="No target yet">
            A target says where an agent puts a certificate: which files, which service reads them, and which endpoint
            has to serve it afterwards.
          </EmptyState>
        }
        follow={['target']}
        hrefOf={(it) => `/targets/${it.id}`}
        label="Targets"
        nameOf={(it) => it.name}
        onTotal={setTotal}
        rows={listed('/targets', NO_QUERY)}
        stillWorks="Deployments go on; only this list is affected."
      />
    </div>
  );
}
