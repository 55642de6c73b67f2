// Where the certificate is served: each address that was looked at, what it serves, and whether that is right.
import { Link, useRouter } from '@tanstack/react-router';
import { KeyRound, Radar } from 'lucide-react';
import { useCaller } from '@/api/caller';
import { certificate as can } from '@/api/can';
import type { Certificate } from '@/api/types';
import { useProbe, withoutResult } from '@/components/certificate/use-probe';
import { StatusText } from '@/components/status-text';
import { TimeAgo } from '@/components/times';
import { plainCause } from '@/lib/cause-words';
import { useKeys } from '@/lib/keyboard';
import type { Naming } from '@/lib/lineage';
import { servingOf } from '@/lib/serving';
import type { StatusWord } from '@/lib/tokens';
import { count } from '@/lib/words';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { Cell, RowsTable } from '@/ui/rows-table';
import type { Around, Deployment } from './data';
import { latestByTarget } from './data';

const kinds: Record<string, string> = { nginx: 'NGINX', file: 'Files' };
const looking: StatusWord = { label: 'Probing', glyph: 'renewing', tone: 'info' };

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
  const caller = useCaller();
  const probe = useProbe({ certificateId: it.id });
  const reason = can.probe(caller, it, around.agentsOf(it));
  const start = () => {
    if (reason === null && !probe.busy) probe.start.mutate([it]);
  };
  useKeys(reason === null ? [{ keys: 'P', label: 'Probe now', group: 'This page', run: start }] : []);
  const hasTargetPage = '/targets/$id' in router.routesByPath;
  return (
    <Panel
      actions={
        it.target_ids.length === 0 ? null : (
          <Button
            busy={probe.busy}
            disabledReason={probe.busy ? null : reason}
            icon={<Radar size={14} />}
            onClick={start}
            size="sm"
            title="Probe now (P)"
            variant="ghost"
          >
            Probe now
          </Button>
        )
      }
      flush
      note={
        <span aria-live="polite">
          {probe.open.length > 0 ? (
            `probing ${count(probe.open.length, 'target')}`
          ) : last ? (
            <>
              last probe <TimeAgo at={last} />
            </>
          ) : undefined}
        </span>
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
            const job = probe.latest.get(row.targetId);
            const inVain = withoutResult(job);
            const note = inVain === null ? row.note : plainCause(inVain, naming);
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
                  <StatusText status={job && probe.isOpen(job) ? looking : row.result} />
                  {note && !(job && probe.isOpen(job)) ? (
                    <span className="block max-w-60 truncate text-xs text-ink-3" title={note}>
                      {inVain === null ? note : `Not probed: ${note}`}
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
