// The tab Deployments: what was deployed where, the newest first on each target, with the steps of each and the way back.
import { useQuery } from '@tanstack/react-query';
import { Undo2 } from 'lucide-react';
import { Fragment, useState } from 'react';
import { useCaller } from '@/api/caller';
import { certificate as can } from '@/api/can';
import { q } from '@/api/client';
import type { Certificate, Schemas } from '@/api/types';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { JobSteps } from '@/components/job-steps';
import { StatusText } from '@/components/status-text';
import { Timestamp } from '@/components/times';
import { plainCause } from '@/lib/cause-words';
import { useNow } from '@/lib/clock';
import { useKeys } from '@/lib/keyboard';
import type { Naming, Round } from '@/lib/lineage';
import { took } from '@/lib/time';
import type { StatusWord } from '@/lib/tokens';
import { count } from '@/lib/words';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { Cell, RowsTable } from '@/ui/rows-table';
import { SkeletonRows } from '@/ui/skeleton';
import { complain } from '@/ui/toast';
import { type Around, type Deployment, deploymentsQuery } from './data';
import { DeployDialog, type DeployPreset } from './deploy-dialog';

const states: Record<Schemas['DeploymentState'], StatusWord> = {
  wanted: { label: 'Under way', glyph: 'renewing', tone: 'info' },
  live: { label: 'Verified live', glyph: 'healthy', tone: 'ok' },
  installed: { label: 'Installed, not verified', glyph: 'unverified', tone: 'warn' },
  superseded: { label: 'Superseded', glyph: 'archived', tone: 'neutral' },
  rolled_back: { label: 'Taken back', glyph: 'failing', tone: 'crit' },
  failed: { label: 'Failed', glyph: 'failing', tone: 'crit' },
};

const SHOWN = 8;

function StepsOf({ id }: { id: string }) {
  const job = useQuery(q('/jobs/{id}', { path: { id } }));
  if (job.isPending) return <SkeletonRows className="h-8" rows={4} />;
  if (job.isError) return <ErrorState error={job.error} onRetry={() => void job.refetch()} what="The steps" />;
  return <JobSteps steps={job.data.steps} />;
}

function OnTarget({
  name,
  deployments,
  naming,
  valid,
  reason,
  onBack,
}: {
  name: string;
  deployments: readonly Deployment[];
  naming: Naming;
  /** Versions that may be gone back to. */
  valid: ReadonlySet<string>;
  reason: string | null;
  onBack: (versionId: string) => void;
}) {
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const shown = all ? deployments : deployments.slice(0, SHOWN);
  return (
    <Panel flush note={count(deployments.length, 'deployment')} title={name}>
      <RowsTable
        head={['Version', 'State', 'Wanted', 'Took', { label: 'Actions', hidden: true, className: 'text-end' }]}
        label={`Deployments to ${name}`}
      >
        {shown.map((each) => (
          <Fragment key={each.id}>
            <tr>
              <Cell className="nums w-32 font-medium">{naming.byId(each.version_id) ?? 'not known'}</Cell>
              <Cell>
                <StatusText status={states[each.state]} />
                {each.error ? (
                  <span className="block max-w-140 text-xs break-words text-ink-3">{plainCause(each.error)}</span>
                ) : null}
              </Cell>
              <Cell className="w-56 text-ink-2">
                <Timestamp at={each.created_at} />
              </Cell>
              <Cell className="nums w-24 text-ink-2">
                {each.live_at ? took(Date.parse(each.live_at) - Date.parse(each.created_at)) : ''}
              </Cell>
              <Cell className="w-60">
                <span className="flex justify-end gap-1">
                  {each.job_id ? (
                    <Button
                      aria-expanded={open === each.id}
                      onClick={() => setOpen(open === each.id ? null : each.id)}
                      size="sm"
                      variant="ghost"
                    >
                      Steps
                    </Button>
                  ) : null}
                  {valid.has(each.version_id) && each.state === 'superseded' ? (
                    <Button
                      disabledReason={reason}
                      icon={<Undo2 size={13} />}
                      onClick={() => onBack(each.version_id)}
                      size="sm"
                    >
                      Roll back…
                    </Button>
                  ) : null}
                </span>
              </Cell>
            </tr>
            {open === each.id && each.job_id ? (
              <tr>
                <td className="bg-sunken" colSpan={5}>
                  <StepsOf id={each.job_id} />
                </td>
              </tr>
            ) : null}
          </Fragment>
        ))}
      </RowsTable>
      {deployments.length > SHOWN ? (
        <div className="border-t border-line px-2 py-1.5">
          <Button onClick={() => setAll(!all)} size="sm" variant="ghost">
            {all ? `Last ${SHOWN} only` : `All ${deployments.length}`}
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}

export function DeploymentsTab({
  it,
  around,
  naming,
  rounds,
}: {
  it: Certificate;
  around: Around;
  naming: Naming;
  rounds: readonly Round[];
}) {
  const list = useQuery(deploymentsQuery(it.id));
  const caller = useCaller();
  const now = useNow(60_000);
  const [asking, setAsking] = useState<DeployPreset | null>(null);
  const valid = new Set(
    rounds
      .flatMap((round) => round.versions)
      .filter((version) => !version.current && Date.parse(version.not_after) > now && !version.key_retired_at)
      .map((version) => version.id),
  );
  const former = (list.data?.items ?? [])
    .filter(
      (each) => each.state === 'superseded' && valid.has(each.version_id) && it.target_ids.includes(each.target_id),
    )
    .toSorted((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at))[0];
  const missing = can.deploy(caller, it);
  useKeys(
    former
      ? [
          {
            keys: 'V',
            label: 'Roll back to the version before…',
            group: 'This page',
            run: () => {
              if (missing) complain('It was not rolled back', new Error(missing));
              else setAsking({ versionId: former.version_id, targetId: former.target_id });
            },
          },
        ]
      : [],
  );
  if (list.isPending)
    return (
      <Panel flush title="Deployments">
        <SkeletonRows rows={6} />
      </Panel>
    );
  if (list.isError && !list.data)
    return (
      <Panel flush title="Deployments">
        <ErrorState error={list.error} onRetry={() => void list.refetch()} what="The deployments" />
      </Panel>
    );
  const items = list.data.items;
  const ids = [...new Set([...it.target_ids, ...items.map((each) => each.target_id)])];
  if (ids.length === 0)
    return (
      <Panel flush title="Deployments">
        <EmptyState title="No deployments">
          {it.name} has no targets. Once it has one, each deployment and what the target then serves stands here.
        </EmptyState>
      </Panel>
    );
  return (
    <div className="flex flex-col gap-4">
      {ids.map((id) => {
        const mine = items
          .filter((each) => each.target_id === id)
          .toSorted((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at));
        return mine.length === 0 ? (
          <Panel key={id} title={around.targetName(id)}>
            <p className="text-ink-3">Nothing was deployed here yet.</p>
          </Panel>
        ) : (
          <OnTarget
            deployments={mine}
            key={id}
            name={it.target_ids.includes(id) ? around.targetName(id) : `${around.targetName(id)}, no target any more`}
            naming={naming}
            onBack={(versionId) => setAsking({ versionId, targetId: id })}
            reason={it.target_ids.includes(id) ? missing : 'it is no target of this certificate any more'}
            valid={valid}
          />
        );
      })}
      {list.data.next_cursor ? <p className="text-xs text-ink-3">The newest {items.length} deployments.</p> : null}
      {asking ? (
        <DeployDialog
          around={around}
          deployments={items}
          it={it}
          naming={naming}
          onClose={() => setAsking(null)}
          preset={asking}
          rounds={rounds}
        />
      ) : null}
    </div>
  );
}
