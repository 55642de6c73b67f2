// Deploys a version to targets, also an older one (roll back): what changes on each target, what is lost; then one button.
// Invariants: exactly one version goes to each target; a version goes only where its key is; the button names what it does.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Certificate } from '@/api/types';
import { StatusGlyph } from '@/components/status-glyph';
import { useNow } from '@/lib/clock';
import { deployPlan } from '@/lib/deploy-plan';
import type { Naming, Round, Version } from '@/lib/lineage';
import { left, span } from '@/lib/time';
import { count } from '@/lib/words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { Dialog } from '@/ui/dialog';
import { Field } from '@/ui/field';
import { Select } from '@/ui/select';
import { complain, say } from '@/ui/toast';
import type { Around, Deployment } from './data';
import { latestByTarget } from './data';

export interface DeployPreset {
  versionId?: string;
  targetId?: string;
}

const CURRENT = 'current';

export function DeployDialog({
  it,
  rounds,
  naming,
  around,
  deployments,
  preset,
  onClose,
}: {
  it: Certificate;
  rounds: readonly Round[];
  naming: Naming;
  around: Around;
  deployments: readonly Deployment[];
  preset: DeployPreset;
  onClose: () => void;
}) {
  const now = useNow(60_000);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const currents = rounds.flatMap((round) => round.versions).filter((version) => version.current);
  const older = rounds
    .toReversed()
    .flatMap((round) => round.versions)
    .filter((version) => !version.current && Date.parse(version.not_after) > now);
  const [chosen, setChosen] = useState(preset.versionId ?? CURRENT);
  const version = older.find((each) => each.id === chosen);
  const [only, setOnly] = useState<readonly string[]>(preset.targetId ? [preset.targetId] : it.target_ids);
  const plan = deployPlan({
    targets: it.target_ids.map((id) => ({ id, agentId: around.targets.get(id)?.agent_id ?? null })),
    chosen: only,
    version,
    currents,
    latest: latestByTarget(deployments),
  });
  const name = version
    ? (naming.byId(version.id) ?? 'this version')
    : (naming.byId(currents[0]?.id) ?? 'the current version');
  const lost = version && currents[0] ? Date.parse(currents[0].not_after) - Date.parse(version.not_after) : 0;
  const run = useMutation({
    mutationFn: () =>
      taken(
        client.POST('/certificates/{id}/deploy', {
          params: { path: { id: it.id } },
          body: { version_id: version?.id, target_ids: plan.go.map((each) => each.targetId) },
        }),
      ),
    onSuccess: ({ jobs }) => {
      for (const path of ['/certificates/{id}', '/certificates/{id}/timeline', '/certificates/{id}/deployments'])
        void queries.invalidateQueries({ queryKey: [path] });
      const job = jobs[0];
      say(
        jobs.length === 0
          ? `${name} is on all of them already`
          : `Deployment of ${name} to ${count(jobs.length, 'target')} started`,
        job ? { action: { label: 'Show', run: () => void navigate({ to: `/jobs/${job.id}` }) } } : {},
      );
      onClose();
    },
    onError: (error) => complain(`${name} was not deployed`, ApiError.of(error)),
  });
  const back = version !== undefined;
  const reason = plan.go.length === 0 ? 'no target is left for it' : null;
  const start = () => {
    if (reason === null && !run.isPending) run.mutate();
  };
  const label = (each: Version) =>
    `${naming.byId(each.id) ?? each.serial.slice(0, 6)}${it.holders.length > 1 ? ` of ${around.agentName(each.agent_id)}` : ''}`;
  return (
    <Dialog
      footer={
        <>
          <Button onClick={onClose}>Keep as it is</Button>
          <Button busy={run.isPending} disabledReason={reason} onClick={start} variant="primary">
            {back ? 'Roll back' : 'Deploy'} {count(plan.go.length, 'target')}
          </Button>
        </>
      }
      onConfirm={start}
      onOpenChange={(open) => !open && onClose()}
      open
      title={back ? `Roll ${it.name} back to ${name}?` : `Deploy ${name} of ${it.name}?`}
    >
      <div className="flex flex-col gap-4">
        <Field label="Version">
          {(ids) => (
            <Select
              id={ids.id}
              onChange={setChosen}
              options={[
                {
                  value: CURRENT,
                  label:
                    currents.length > 1
                      ? 'The current one of each key holder'
                      : (naming.byId(currents[0]?.id) ?? 'Current'),
                  hint: 'current',
                },
                ...older.slice(0, 50).map((each) => ({
                  value: each.id,
                  label: label(each),
                  hint: left(Date.parse(each.not_after), now),
                })),
              ]}
              value={chosen}
            />
          )}
        </Field>
        <fieldset className="text-sm">
          <legend className="mb-1 font-medium">Targets</legend>
          <ul className="max-h-60 divide-y divide-line overflow-y-auto rounded-control border border-line">
            {plan.all.map((each) => (
              <li key={each.targetId}>
                <label className="flex items-center gap-3 px-3 py-2">
                  <Checkbox
                    checked={only.includes(each.targetId) && each.reason === null}
                    disabled={each.reason !== null}
                    label={around.targetName(each.targetId)}
                    onChange={(event) =>
                      setOnly(
                        event.target.checked
                          ? [...only, each.targetId]
                          : only.filter((other) => other !== each.targetId),
                      )
                    }
                  />
                  <span className="font-medium">{around.targetName(each.targetId)}</span>
                  <span className="ms-auto text-xs text-ink-3">
                    {each.reason ??
                      `${naming.byFingerprint(each.before)?.name ?? (each.before ? 'another certificate' : 'nothing known')} to ${name}`}
                  </span>
                </label>
              </li>
            ))}
          </ul>
        </fieldset>
        <ul className="divide-y divide-line rounded-control border border-line text-sm">
          <li className="flex gap-2.5 px-3 py-2">
            <StatusGlyph className="mt-0.5" glyph="healthy" tone="ok" />
            Each target is looked at afterwards; one that does not serve {name} gets its old files back.
          </li>
          {back && lost > 0 ? (
            <li className="flex gap-2.5 px-3 py-2">
              <StatusGlyph className="mt-0.5" glyph="warning" tone="warn" />
              {span(lost)} of validity are given up: it ends in {span(Date.parse(version.not_after) - now)}.
            </li>
          ) : null}
          {back ? (
            <li className="flex gap-2.5 px-3 py-2">
              <StatusGlyph className="mt-0.5" glyph="due" tone="neutral" />
              The next renewal deploys a new version again.
            </li>
          ) : null}
        </ul>
        {older.length === 0 && preset.versionId ? (
          <Banner className="rounded-control" tone="warn">
            No earlier version is valid any more.
          </Banner>
        ) : null}
      </div>
    </Dialog>
  );
}
