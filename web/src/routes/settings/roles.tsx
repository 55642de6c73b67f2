// The roles: what somebody can do with a certificate, and which right each role has, as a matrix. They are built in; what a role
// holds on is said with the user or key.
import { useQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { useCaller } from '@/api/caller';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import { cx } from '@/lib/cx';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';
import { type Role, roleNames } from './parts';
import { Tester } from './tester';

export function Roles() {
  const { role: own } = useCaller();
  const roles = useQuery(q('/roles'));
  const it = roles.data;
  if (roles.isError && !it)
    return <ErrorState error={roles.error} onRetry={() => void roles.refetch()} what="The roles" />;
  if (it === undefined) return <SkeletonRows rows={10} />;
  return (
    <>
      <Tester roles={it} />
      <Matrix roles={it} own={own} />
    </>
  );
}

function Matrix({ roles: it, own }: { roles: readonly Schemas['RoleView'][]; own: Role }) {
  const permissions = [...new Set(it.flatMap((role) => role.permissions))];
  const nouns = [...new Set(permissions.map((permission) => permission.split('.')[0] ?? ''))];
  return (
    <Panel flush note="built in; a scope narrows operators and viewers to teams and environments" title="Roles">
      <div className="relative overflow-x-auto">
        <table className="w-full min-w-170 table-fixed text-start">
          <thead>
            <tr className="border-b border-line align-bottom">
              <th className="w-56 px-4 py-3 text-xs font-normal text-ink-3" scope="col">
                Right
              </th>
              {it.map((role) => (
                <th className={cx('px-3 py-3 font-normal', role.role === own && 'bg-fill')} key={role.role} scope="col">
                  <span className="block font-semibold">
                    {roleNames[role.role]}
                    {role.role === own ? <span className="ms-1.5 text-xs font-normal text-ink-3">yours</span> : null}
                  </span>
                  <span className="block text-xs text-ink-3">{role.description}</span>
                </th>
              ))}
            </tr>
          </thead>
          {nouns.map((noun) => (
            <tbody className="border-b border-line last:border-b-0" key={noun}>
              {permissions
                .filter((permission) => permission.startsWith(`${noun}.`))
                .map((permission, index) => (
                  <tr className="h-8" key={permission}>
                    <th className="px-4 font-normal" scope="row">
                      <span className={cx('inline-block w-28', index > 0 && 'invisible')}>
                        {noun.charAt(0).toUpperCase() + noun.slice(1)}
                      </span>{' '}
                      <span className="text-ink-3">{permission.slice(noun.length + 1)}</span>
                    </th>
                    {it.map((role) => (
                      <td className={cx('px-3', role.role === own && 'bg-fill')} key={role.role}>
                        {role.permissions.includes(permission) ? (
                          <Check aria-label="yes" className="text-ok" size={14} />
                        ) : (
                          <span className="sr-only">no</span>
                        )}
                      </td>
                    ))}
                  </tr>
                ))}
            </tbody>
          ))}
        </table>
      </div>
    </Panel>
  );
}
