// The fleet by what its members share: health, state, version, platform, environment. Each count leads to its rows where the API
// can filter by it.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { seriesFill } from '@/components/charts/stacked-bars';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { agentStates, platformName } from '@/lib/agent-words';
import { cx } from '@/lib/cx';
import { writeTerms } from '@/lib/filter-value';
import { agentHealths } from '@/lib/tokens';
import { number } from '@/lib/words';
import { ButtonLink } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';

type Part = Schemas['FleetPart'];

const tones = { ok: 'bg-ok-fill', warn: 'bg-warn-fill', crit: 'bg-crit-fill', info: 'bg-info-fill', neutral: 'bg-s5' };

/** Retired agents are not counted here, so the list leaves them out too. */
const MEMBERS = { state: 'active,quarantined' };

function Parts({
  title,
  parts,
  labelOf,
  noteOf,
  filter,
  fillOf,
}: {
  title: string;
  parts: readonly Part[];
  labelOf: (value: string | null) => string;
  noteOf?: (value: string | null) => string;
  /** The list's filter for a value, when there is one. */
  filter?: string;
  fillOf?: (value: string | null) => string;
}) {
  const fill = (part: Part, index: number) => fillOf?.(part.value ?? null) ?? seriesFill[Math.min(index, 4)];
  return (
    <Panel title={title}>
      <div
        aria-label={parts.map((part) => `${labelOf(part.value ?? null)}: ${number(part.agents)}`).join(', ')}
        className="flex h-2 gap-px overflow-hidden rounded-full"
        role="img"
      >
        {parts.map((part, index) => (
          <span className={fill(part, index)} key={part.value ?? ' none'} style={{ flexGrow: part.agents }} />
        ))}
      </div>
      <ul className="mt-2 divide-y divide-line">
        {parts.map((part, index) => (
          <li className="flex h-9 items-center gap-2" key={part.value ?? ' none'}>
            <span className={cx('size-2 shrink-0 rounded-[2px]', fill(part, index))} data-fill />
            <span className={cx('truncate', !part.value && 'text-ink-3 italic')}>{labelOf(part.value ?? null)}</span>
            <span className="truncate text-xs text-ink-3">{noteOf?.(part.value ?? null)}</span>
            {filter ? (
              <Link
                className="nums ms-auto rounded-chip text-accent-ink hover:underline"
                search={{ ...MEMBERS, [filter]: writeTerms([{ value: part.value ?? null, not: false }]) } as never}
                to="/agents"
              >
                {number(part.agents)}
              </Link>
            ) : (
              <span className="nums ms-auto text-ink-2">{number(part.agents)}</span>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function Fleet() {
  const fleet = useQuery(q('/stats/fleet'));
  const it = fleet.data;
  if (fleet.isError && !it)
    return <ErrorState error={fleet.error} onRetry={() => void fleet.refetch()} what="The fleet" />;
  if (!it) return <SkeletonRows rows={8} />;
  if (it.agents === 0)
    return (
      <EmptyState
        actions={
          <ButtonLink to="/agents/enrol" variant="primary">
            Enrol an agent
          </ButtonLink>
        }
        title="No agent has joined yet"
      >
        Once some have, their versions, platforms and environments are compared here.
      </EmptyState>
    );
  const health = it.health as Part[];
  return (
    <div className="grid max-w-340 grid-cols-2 gap-4 overflow-y-auto p-6 tablet:p-4 narrow:grid-cols-1">
      <Parts
        filter="health"
        fillOf={(value) => tones[agentHealths[value as Schemas['AgentHealth']]?.tone ?? 'neutral']}
        labelOf={(value) => agentHealths[value as Schemas['AgentHealth']]?.label ?? 'not known'}
        parts={health}
        title="Heard from"
      />
      <Parts
        filter="state"
        fillOf={(value) => tones[agentStates[value as Schemas['AgentState']]?.tone ?? 'neutral']}
        labelOf={(value) => agentStates[value as Schemas['AgentState']]?.label ?? 'not known'}
        parts={it.states}
        title="States"
      />
      <Parts
        filter="version"
        labelOf={(value) => (value ? `v${value}` : 'not known')}
        noteOf={(value) =>
          value === it.server_version ? 'as the server' : value ? `the server runs v${it.server_version}` : ''
        }
        parts={it.versions}
        title="Versions"
      />
      <Parts filter="environment" labelOf={(value) => value ?? 'unset'} parts={it.environments} title="Environments" />
      <Parts labelOf={(value) => platformName(value)} parts={it.platforms} title="Platforms" />
    </div>
  );
}
