// On what a role is to hold: everything, or certain teams and environments. Invariant: a role that cannot be narrowed is not offered
// to be.
import { useQuery } from '@tanstack/react-query';
import { teamsQuery } from '@/api/caller';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { ChooseMany } from '@/components/filters/choose-many';
import type { Role } from './parts';

export type Scope = { team_ids: string[]; environments: string[] };

export const everything: Scope = { team_ids: [], environments: [] };

export const scopeOf = (scope: Schemas['Scope'] | undefined): Scope => ({
  team_ids: [...(scope?.team_ids ?? [])],
  environments: [...(scope?.environments ?? [])],
});

/** Whether a scope can narrow a role: an admin could lift its own, and the audit trail is one for all teams. */
export const scoped = (role: Role) => role === 'operator' || role === 'viewer';

export function ScopeFields({ role, scope, onChange }: { role: Role; scope: Scope; onChange: (scope: Scope) => void }) {
  const teams = useQuery(teamsQuery()).data;
  const facets = useQuery(q('/certificates/facets', { query: { archived: false } })).data;
  const environments = facets?.facets
    .find((facet) => facet.facet === 'environment')
    ?.values.flatMap(({ value }) => (value ? [{ value, label: value }] : []));
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 text-sm font-medium">It holds on</legend>
      {scoped(role) ? (
        <>
          <div className="flex flex-wrap gap-2">
            <ChooseMany
              chosen={scope.team_ids}
              label="Teams"
              onChange={(team_ids) => onChange({ ...scope, team_ids })}
              options={(teams?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            />
            <ChooseMany
              chosen={scope.environments}
              free
              label="Environments"
              onChange={(environments) => onChange({ ...scope, environments })}
              options={environments ?? []}
            />
          </div>
          <p className="text-xs text-ink-3">
            {scope.team_ids.length === 0 && scope.environments.length === 0
              ? 'Nothing chosen: on all certificates.'
              : scope.team_ids.length > 0 && scope.environments.length > 0
                ? 'Only on certificates of these teams that are in these environments.'
                : 'Only on certificates of these; on none that are without.'}
          </p>
        </>
      ) : (
        <p className="text-xs text-ink-3">
          Everything:{' '}
          {role === 'admin' ? 'an admin could lift a limit again.' : 'the audit trail is one for all teams.'}
        </p>
      )}
    </fieldset>
  );
}
