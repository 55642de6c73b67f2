// The tab Versions: every version, and two of them field by field. Which two is in the URL (`a`, `b`).
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Ban, Equal } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useCaller } from '@/api/caller';
import { certificate as can } from '@/api/can';
import type { Certificate } from '@/api/types';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { RowMenu, useRowKeys } from '@/components/row-menu';
import { StatusText } from '@/components/status-text';
import { Expiry, TimeAgo, Timestamp } from '@/components/times';
import { now } from '@/lib/clock';
import { cx } from '@/lib/cx';
import { keyName } from '@/lib/key-names';
import { compare, roundName, type Version } from '@/lib/lineage';
import { revokedBecause } from '@/lib/revocation-words';
import type { Search } from '@/lib/search';
import { absolute, took } from '@/lib/time';
import { conditions } from '@/lib/tokens';
import { Button } from '@/ui/button';
import { Chip } from '@/ui/chip';
import { CopyButton } from '@/ui/copy';
import { Panel } from '@/ui/panel';
import { Cell, RowsTable } from '@/ui/rows-table';
import { SkeletonRows } from '@/ui/skeleton';
import type { Around, useVersions } from './data';

const RevokeDialog = lazy(async () => ({
  default: (await import('@/components/certificate/revoke-dialog')).RevokeDialog,
}));

const SHOWN = 40;

export function VersionsTab({
  it,
  around,
  versions,
}: {
  it: Certificate;
  around: Around;
  versions: ReturnType<typeof useVersions>;
}) {
  const { query, rounds, naming } = versions;
  const [every, setEvery] = useState(false);
  const [revoking, setRevoking] = useState<Version | null>(null);
  const caller = useCaller();
  useRowKeys();
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const all = rounds.toReversed().flatMap((round) => round.versions.map((version) => ({ round, version })));
  const byId = new Map(all.map(({ version }) => [version.id, version]));
  const right = byId.get(search.b ?? '') ?? all[0]?.version;
  const before = all.find(
    ({ version }) => version.id !== right?.id && (version.agent_id ?? null) === (right?.agent_id ?? null),
  )?.version;
  const left = byId.get(search.a ?? '') ?? before;
  const choose = (key: 'a' | 'b', id: string) =>
    void navigate({ to: '.', search: { ...search, [key]: id } as never, replace: true });
  const named = (version: Version) => naming.byId(version.id) ?? version.serial.slice(0, 6);
  const fields = [
    { field: 'Issued', of: (v: Version) => absolute(Date.parse(v.created_at), 'UTC') },
    { field: 'Valid from', of: (v: Version) => absolute(Date.parse(v.not_before), 'UTC') },
    { field: 'Valid until', of: (v: Version) => absolute(Date.parse(v.not_after), 'UTC') },
    { field: 'Lifetime', of: (v: Version) => took(Date.parse(v.not_after) - Date.parse(v.not_before)) },
    { field: 'Issuer', of: (v: Version) => around.nameOf(v.issuer_id) },
    { field: 'Key', of: (v: Version) => keyName(v.key_algorithm) },
    { field: 'Public key SHA-256', of: (v: Version) => v.public_key_sha256 },
    { field: 'Serial', of: (v: Version) => v.serial },
    { field: 'SHA-256', of: (v: Version) => v.fingerprint_sha256 },
    { field: 'Key holder', of: (v: Version) => around.agentName(v.agent_id) },
    {
      field: 'Key',
      of: (v: Version) =>
        v.key_retired_at
          ? `deleted ${absolute(Date.parse(v.key_retired_at), 'UTC')}`
          : (v.key_kept_because ?? 'kept by its holder'),
    },
    {
      field: 'Revoked',
      of: (v: Version) =>
        v.revoked_at
          ? `${absolute(Date.parse(v.revoked_at), 'UTC')}: ${revokedBecause(v.revocation_reason)}`
          : v.revocation_id
            ? 'asked for'
            : 'no',
    },
  ].map((it, place) => (place === 10 ? { ...it, field: 'Key file' } : it));
  const differences = left && right ? compare(fields, left, right) : [];
  if (query.isPending)
    return (
      <Panel flush title="Versions">
        <SkeletonRows rows={6} />
      </Panel>
    );
  if (query.isError && !query.data)
    return (
      <Panel flush title="Versions">
        <ErrorState error={query.error} onRetry={() => void query.refetch()} what="The versions" />
      </Panel>
    );
  if (all.length === 0)
    return (
      <Panel flush title="Versions">
        <EmptyState title="No version yet">
          The first one appears here once {around.nameOf(it.issuer_id)} has signed it.
        </EmptyState>
      </Panel>
    );
  return (
    <div className="flex flex-col gap-4">
      {left && right && left !== right ? (
        <Panel
          flush
          note={`${differences.filter((each) => !each.same).length} of ${differences.length} fields differ`}
          title={`${named(left)} and ${named(right)}`}
        >
          <RowsTable
            head={['Field', named(left), named(right) === named(left) ? `${named(right)} (2)` : named(right)]}
            label="Two versions, field by field"
          >
            {differences.map((each) => (
              <tr className={each.same ? 'text-ink-3' : undefined} key={each.field}>
                <Cell className="w-44 text-ink-3">{each.field}</Cell>
                <Cell className="nums max-w-0 truncate">
                  <span title={each.left}>{each.left}</span>
                </Cell>
                <Cell className="nums max-w-0 truncate">
                  {each.same ? (
                    <span className="inline-flex items-center gap-1.5">
                      <Equal aria-hidden="true" size={12} /> the same
                    </span>
                  ) : (
                    <span className="font-medium" title={each.right}>
                      {each.right}
                    </span>
                  )}
                </Cell>
              </tr>
            ))}
          </RowsTable>
        </Panel>
      ) : null}
      <Panel
        flush
        note={
          query.data.complete ? 'choose two to compare' : `the last ${all.length}; older ones are not numbered here`
        }
        title="Versions"
      >
        <RowsTable
          head={[
            'A',
            'B',
            'Version',
            'Issued',
            'Valid until',
            'Time left',
            'Key holder',
            'Key',
            'Serial',
            { label: 'What can be done', hidden: true },
          ]}
          label="Versions"
          rowKeys
        >
          {(every ? all : all.slice(0, SHOWN)).map(({ round, version }) => (
            <tr className={cx(version.current && 'bg-fill/40')} data-row="" key={version.id}>
              {(['a', 'b'] as const).map((key) => (
                <Cell className="w-12" key={key}>
                  <input
                    aria-label={`Compare ${roundName(round)} as ${key.toUpperCase()}`}
                    checked={(key === 'a' ? left : right)?.id === version.id}
                    className="size-4 accent-accent"
                    name={`compare-${key}`}
                    onChange={() => choose(key, version.id)}
                    type="radio"
                  />
                </Cell>
              ))}
              <Cell className="whitespace-nowrap">
                <span className="nums font-medium">{roundName(round)}</span>
                {version.current ? <Chip className="ms-2">current</Chip> : null}
              </Cell>
              <Cell className="text-ink-2">
                <Timestamp at={version.created_at} />
              </Cell>
              <Cell className="text-ink-2">
                <Timestamp at={version.not_after} />
              </Cell>
              <Cell className="text-ink-2">
                {version.revoked_at ? (
                  <span className="block min-w-44">
                    <StatusText status={conditions.revoked} />{' '}
                    <TimeAgo at={version.revoked_at} className="text-ink-3" />
                    <span className="block text-xs text-ink-3">{revokedBecause(version.revocation_reason)}</span>
                  </span>
                ) : (
                  <Expiry at={version.not_after} />
                )}
              </Cell>
              <Cell className="text-ink-2">{around.agentName(version.agent_id)}</Cell>
              <Cell className="whitespace-nowrap text-ink-2">{keyName(version.key_algorithm)}</Cell>
              <Cell>
                <span className="inline-flex items-center gap-1">
                  <code className="text-ink-2" title={version.serial}>
                    {version.serial.slice(0, 12)}…
                  </code>
                  <CopyButton label="Copy serial" text={version.serial} />
                </span>
              </Cell>
              <Cell className="w-10">
                <RowMenu
                  actions={() => [
                    {
                      label: 'Revoke this version…',
                      icon: <Ban size={14} />,
                      danger: true,
                      disabledReason: can.revokeVersion(caller, version, now()),
                      run: () => setRevoking(version),
                    },
                  ]}
                  name={`${roundName(round)}, held by ${around.agentName(version.agent_id)}`}
                />
              </Cell>
            </tr>
          ))}
        </RowsTable>
        {all.length > SHOWN ? (
          <div className="border-t border-line px-2 py-1.5">
            <Button onClick={() => setEvery(!every)} size="sm" variant="ghost">
              {every ? `Newest ${SHOWN} only` : `All ${all.length}`}
            </Button>
          </div>
        ) : null}
      </Panel>
      {revoking ? (
        <Suspense fallback={null}>
          <RevokeDialog
            it={it}
            only={{ version: revoking, name: named(revoking), holder: around.agentName(revoking.agent_id) }}
            onClose={() => setRevoking(null)}
          />
        </Suspense>
      ) : null}
    </div>
  );
}
