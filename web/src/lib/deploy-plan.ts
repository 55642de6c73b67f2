// What a deployment would do: which targets get the version, and why others cannot. Not for: doing it.
// Invariant: a version of one key holder goes only to the targets of that holder.
import type { Schemas } from '@/api/types';
import type { Version } from './lineage';

interface Input {
  targets: readonly { id: string; agentId: string | null }[];
  /** The targets that are wanted. */
  chosen: readonly string[];
  /** An older version; absent for the current one of each key holder. */
  version: Version | undefined;
  currents: readonly Version[];
  latest: ReadonlyMap<string, Schemas['Deployment']>;
}

export interface PlannedTarget {
  targetId: string;
  /** What it was last seen to serve. */
  before: string | null;
  /** Why it cannot have it. */
  reason: string | null;
}

export function deployPlan({ targets, chosen, version, currents, latest }: Input) {
  const all = targets.map(({ id, agentId }): PlannedTarget => {
    const holder = version ? (version.agent_id ?? null) : agentId;
    const reason =
      version === undefined
        ? currents.length === 0
          ? 'nothing was issued yet'
          : null
        : version.key_retired_at
          ? 'its key was deleted'
          : holder !== null && agentId !== null && holder !== agentId
            ? 'another agent has the key'
            : null;
    const seen = latest.get(id)?.seen.find((sighting) => sighting.fingerprint_sha256);
    return { targetId: id, before: seen?.fingerprint_sha256 ?? null, reason };
  });
  return { all, go: all.filter((each) => each.reason === null && chosen.includes(each.targetId)) };
}
