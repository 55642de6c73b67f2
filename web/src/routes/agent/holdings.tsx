// What hangs on an agent: the keys it holds (as the certificates they belong to) and the targets it serves.
import { useQuery } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import { StatusText } from '@/components/status-text';
import { useAllTargets } from '@/components/targets/use-targets';
import { Expiry, TimeUntil } from '@/components/times';
import { conditions } from '@/lib/tokens';
import { number } from '@/lib/words';
import { ButtonLink } from '@/ui/button';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';
import { Table } from '@/ui/table';

const SHOWN = 10;

const Nothing = ({ children }: { children: ReactNode }) => <p className="px-4 py-5 text-ink-3">{children}</p>;

export function AgentKeys({ it }: { it: Schemas['Agent'] }) {
  const rows = useQuery(
    q('/certificates', { query: { agent_id: it.id, sort: 'attention', limit: SHOWN, total: true } }),
  );
  const total = rows.data?.total ?? 0;
  return (
    <Panel
      actions={
        total > 0 ? (
          <TextLink className="text-xs" search={{ agent: it.id } as never} to="/certificates">
            All {number(total)}
          </TextLink>
        ) : null
      }
      flush
      note="the keys stay on its host"
      title="Keys held"
    >
      {rows.isError && !rows.data ? (
        <ErrorState error={rows.error} onRetry={() => void rows.refetch()} what="The list of keys" />
      ) : rows.data === undefined ? (
        <SkeletonRows rows={3} />
      ) : rows.data.items.length === 0 ? (
        <Nothing>It holds no key yet: it makes one with the first certificate of one of its targets.</Nothing>
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
              width: '11rem',
              cell: (row) => <StatusText status={conditions[row.condition]} />,
            },
            {
              key: 'expires',
              label: 'Expires',
              width: '8rem',
              cell: (row) => <Expiry at={row.not_after} className="text-ink-2" />,
            },
            {
              key: 'renews',
              label: 'Renews',
              width: '7rem',
              cell: (row) => <TimeUntil at={row.renew_after} className="text-ink-3" />,
            },
          ]}
          keyOf={(row) => row.id}
          label="Certificates whose keys it holds"
          rows={rows.data.items}
        />
      )}
    </Panel>
  );
}

export function AgentTargets({ id }: { id: string }) {
  const caller = useCaller();
  const router = useRouter();
  const all = useAllTargets();
  const mine = all.data?.filter((target) => target.agent_id === id);
  const wizard = '/targets/new' in router.routesByPath && may(caller, 'targets.manage') === null;
  return (
    <Panel
      actions={
        wizard ? (
          <ButtonLink search={{ agent: id } as never} size="sm" to="/targets/new" variant="ghost">
            Add a target
          </ButtonLink>
        ) : null
      }
      flush
      title="Targets"
    >
      {all.isError && !all.data ? (
        <ErrorState error={all.error} onRetry={() => void all.refetch()} what="The list of targets" />
      ) : mine === undefined ? (
        <SkeletonRows rows={2} />
      ) : mine.length === 0 ? (
        <Nothing>It serves no target yet.</Nothing>
      ) : (
        <Table
          columns={[
            {
              key: 'name',
              label: 'Target',
              width: '12rem',
              cell: (row) => (
                <Link className="rounded-chip font-medium hover:underline" to={`/targets/${row.id}`}>
                  {row.name}
                </Link>
              ),
            },
            {
              key: 'kind',
              label: 'Type',
              width: '6rem',
              cell: (row) => <span className="text-ink-2">{row.kind}</span>,
            },
            {
              key: 'path',
              label: 'Certificate file',
              cell: (row) => <code className="text-ink-3">{pathOf(row)}</code>,
            },
          ]}
          keyOf={(row) => row.id}
          label="Targets that it serves"
          rows={mine}
        />
      )}
    </Panel>
  );
}

const pathOf = (it: Schemas['Target']) => {
  const path = (it.config as { certificate_path?: unknown } | null)?.certificate_path;
  return typeof path === 'string' ? path : '';
};
