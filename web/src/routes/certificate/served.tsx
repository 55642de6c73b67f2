// Where the certificate is served: each address that was looked at, what it serves, and whether that is right.
import { Link, useRouter } from '@tanstack/react-router';
import { KeyRound } from 'lucide-react';
import type { Certificate } from '@/api/types';
import { StatusText } from '@/components/status-text';
import { TimeAgo } from '@/components/times';
import type { Naming } from '@/lib/lineage';
import { servingOf } from '@/lib/serving';
import { Panel } from '@/ui/panel';
import { Cell, RowsTable } from '@/ui/rows-table';
import type { Around, Deployment } from './data';
import { latestByTarget } from './data';

const kinds: Record<string, string> = { nginx: 'NGINX', file: 'Files' };

export function Served({
  it,
  around,
  naming,
  deployments,
}: {
  it: Certificate;
  around: Around;
  naming: Naming;
  deployments: readonly Deployment[];
}) {
  const router = useRouter();
  const rows = servingOf(it, latestByTarget(deployments), naming);
  const looked = rows.map((row) => row.at).filter((at): at is string => at !== null);
  const last = looked.toSorted().at(-1);
  const hasTargetPage = '/targets/$id' in router.routesByPath;
  return (
    <Panel
      flush
      note={
        last ? (
          <>
            last looked at <TimeAgo at={last} />
          </>
        ) : undefined
      }
      title="Where it is served"
    >
      {it.target_ids.length === 0 ? (
        <p className="px-4 py-6 text-ink-3">
          It has no targets: the key holders keep it, and nothing is deployed or looked at.
        </p>
      ) : (
        <RowsTable head={['Target', 'Type', 'Agent', 'Serving', 'Result', 'Seen']} label="Where it is served">
          {rows.map((row) => {
            const target = around.targets.get(row.targetId);
            const name = around.targetName(row.targetId);
            return (
              <tr key={`${row.targetId} ${row.address ?? ''} ${row.serverName ?? ''}`}>
                <Cell>
                  {hasTargetPage ? (
                    <Link className="rounded-chip font-medium hover:underline" to={`/targets/${row.targetId}`}>
                      {name}
                    </Link>
                  ) : (
                    <span className="font-medium">{name}</span>
                  )}
                  {row.address ? <span className="nums ms-1.5 text-xs text-ink-3">{row.address}</span> : null}
                </Cell>
                <Cell className="text-ink-2">{target ? (kinds[target.kind] ?? target.kind) : ''}</Cell>
                <Cell className="text-ink-2">
                  {target ? (
                    <span className="inline-flex items-center gap-1.5">
                      <KeyRound aria-hidden="true" className="text-ink-3" size={13} />
                      {around.agentName(target.agent_id)}
                    </span>
                  ) : null}
                </Cell>
                <Cell className="nums">
                  {row.version ?? (
                    <span className="text-ink-3">
                      {row.at === null ? 'nothing known' : row.note ? 'no TLS' : 'not ours'}
                    </span>
                  )}
                </Cell>
                <Cell>
                  <StatusText status={row.result} />
                  {row.note ? (
                    <span className="block max-w-60 truncate text-xs text-ink-3" title={row.note}>
                      {row.note}
                    </span>
                  ) : null}
                </Cell>
                <Cell className="text-xs text-ink-3">{row.at ? <TimeAgo at={row.at} /> : ''}</Cell>
              </tr>
            );
          })}
        </RowsTable>
      )}
    </Panel>
  );
}
