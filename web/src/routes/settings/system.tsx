// The server itself: whether each of its parts works, what it runs on, what of its own ends one day, its backup. Not for: its
// configuration file. Invariant: what the reader may not see is left out, and the rest stands.
import { useQuery } from '@tanstack/react-query';
import { useCaller } from '@/api/caller';
import { q } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { CheckList } from '@/components/check-list';
import { ErrorState } from '@/components/error-state';
import { StatusText } from '@/components/status-text';
import { Expiry, TimeAgo, Timestamp } from '@/components/times';
import { clockSkew, useNow } from '@/lib/clock';
import { instant, span, took } from '@/lib/time';
import { CodeBlock } from '@/ui/copy';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';
import { SkeletonRows } from '@/ui/skeleton';
import { Table } from '@/ui/table';

type System = Schemas['SystemInfo'];
type Own = Schemas['OwnCertificate'];

const names: Record<string, string> = {
  store: 'The store reads and writes',
  migrations: 'Its schema is this release’s',
  sealing_key: 'The sealing key is the right one',
  scheduler: 'The scheduler goes round',
};

const stores: Record<string, string> = { sqlite: 'SQLite', postgresql: 'PostgreSQL' };

const roles: Record<string, { name: string; use: string }> = {
  server: { name: 'This server', use: 'the TLS of the API and the dashboard' },
  server_ca: { name: 'Server CA', use: 'signs the server’s certificate; agents trust it' },
  agents_ca: { name: 'Agents CA', use: 'signs the identities of agents' },
};

/** It answers 503 with the same document when a part is down. */
async function readiness(signal: AbortSignal): Promise<Schemas['Ready']> {
  const answer = await fetch('/readyz', { signal, credentials: 'same-origin' });
  const document: unknown = await answer.json().catch(() => null);
  if (typeof document === 'object' && document !== null && 'checks' in document) return document as Schemas['Ready'];
  throw new ApiError(`The server answered ${answer.status}.`, answer.status);
}

export function SettingsSystem() {
  const may = useCaller().permissions.includes('config.read');
  // Neither is an object, so no event tells of it.
  const ready = useQuery({ queryKey: ['readyz'], queryFn: ({ signal }) => readiness(signal), refetchInterval: 15_000 });
  const system = useQuery({ ...q('/system'), enabled: may, refetchInterval: 60_000 });
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_24rem] items-start gap-4 max-xl:grid-cols-1">
      <div className="flex min-w-0 flex-col gap-4">
        <Panel
          title={
            ready.data === undefined
              ? 'Health'
              : ready.data.status === 'ready'
                ? 'All parts work'
                : 'A part does not work'
          }
        >
          {ready.isError && !ready.data ? (
            <ErrorState error={ready.error} onRetry={() => void ready.refetch()} what="The health of the server" />
          ) : ready.data === undefined ? (
            <SkeletonRows rows={4} />
          ) : (
            <CheckList
              checks={ready.data.checks.map((check) => ({
                key: check.name,
                title: names[check.name] ?? check.name.replaceAll('_', ' '),
                state: check.ok ? 'passed' : 'failed',
                detail: check.detail,
              }))}
              label="Parts of the server"
            />
          )}
        </Panel>
        {system.data ? <Certificates rows={system.data.certificates} /> : null}
        <Backup it={system.data} />
      </div>
      {system.isError && !system.data ? (
        <Panel flush title="What it runs on">
          <ErrorState error={system.error} onRetry={() => void system.refetch()} what="What the server runs on" />
        </Panel>
      ) : (
        <Facts it={system.data} />
      )}
    </div>
  );
}

function Certificates({ rows }: { rows: readonly Own[] }) {
  return (
    <Panel flush note="not in the inventory: certctl’s own" title="Its own certificates">
      <Table<Own>
        columns={[
          {
            key: 'role',
            label: 'Certificate',
            width: '9rem',
            cell: (it) => <span className="font-medium">{roles[it.role]?.name ?? it.role.replaceAll('_', ' ')}</span>,
          },
          { key: 'use', label: 'For', cell: (it) => <span className="text-ink-2">{roles[it.role]?.use}</span> },
          { key: 'ends', label: 'Expires', width: '8rem', cell: (it) => <Expiry at={it.not_after} /> },
          {
            key: 'renews',
            label: 'Renewed by',
            width: '12rem',
            cell: (it) => (
              <span className="text-ink-2">
                {it.renews_itself
                  ? 'itself'
                  : it.role === 'server'
                    ? 'who writes its files'
                    : 'nobody: it is made once'}
              </span>
            ),
          },
        ]}
        keyOf={(it) => it.role}
        label="Own certificates"
        rows={rows}
      />
    </Panel>
  );
}

function Backup({ it }: { it: System | undefined }) {
  const now = useNow(60_000);
  const last = instant(it?.last_backup_at ?? null);
  const most = it?.backup_max_age_seconds ?? null;
  const late = it !== undefined && most !== null && (last === null || now - last > most * 1000);
  return (
    <Panel note="made on its host" title="Backup">
      {it ? (
        <p className="mb-3">
          <StatusText
            status={
              last === null
                ? { label: 'No backup is known', glyph: 'warning', tone: 'warn' }
                : late
                  ? { label: 'The last backup is too old', glyph: 'warning', tone: 'warn' }
                  : { label: 'There is a backup', glyph: 'healthy', tone: 'ok' }
            }
          />
          <span className="mt-0.5 block text-ink-2">
            {last === null ? null : (
              <>
                Made <TimeAgo at={it.last_backup_at} />.{' '}
              </>
            )}
            {most === null
              ? 'Nobody is told when it grows old: the setting backup_max_age is empty.'
              : `An alert opens when it is older than ${span(most * 1000)}.`}
          </span>
        </p>
      ) : null}
      <p className="mb-2 text-ink-2">One encrypted file holds the whole of it, keys and audit trail too.</p>
      <CodeBlock
        label="The command that makes a backup"
        text="certctl admin backup --out certctl.backup --passphrase-file backup.passphrase"
      />
    </Panel>
  );
}

function Facts({ it }: { it: System | undefined }) {
  const version = useQuery(q('/version')).data;
  const info = useQuery(q('/auth/info')).data;
  const skew = clockSkew();
  const address = it?.public_url ?? globalThis.location.origin;
  return (
    <Panel flush title="What it runs on">
      <PropertyList
        items={[
          ['Version', version ? `v${version.version}, API ${version.api}` : ''],
          it ? ['Store', stores[it.store] ?? it.store] : null,
          it
            ? [
                'Schema',
                <span key="schema">
                  migration {it.schema_version}
                  <span className="block text-xs text-ink-3">
                    <Timestamp at={it.schema_at} />
                  </span>
                </span>,
              ]
            : null,
          it ? ['Log level', <code key="log">{it.log_level}</code>] : null,
          ['Address', <code key="address">{address}</code>],
          [
            'Metrics',
            <span key="metrics">
              <code>{address}/metrics</code>
              <span className="block text-xs text-ink-3">
                {it?.metrics_listen
                  ? `without a key at ${it.metrics_listen} on its host`
                  : 'with an API key of any role'}
              </span>
            </span>,
          ],
          [
            'Sign-in',
            info === undefined
              ? ''
              : info.auth_type === 'none'
                ? 'none: whoever reaches this server is an admin'
                : 'user names and API keys',
          ],
          ['Clock', skew === 0 ? 'agrees with this browser' : `${took(Math.abs(skew))} from this browser’s`],
          it ? ['Replica', <code key="replica">{it.replica_id}</code>] : null,
          [
            'API reference',
            <a className="rounded-chip text-accent-ink hover:underline" href="/api/docs" key="docs">
              /api/docs
            </a>,
          ],
        ]}
      />
    </Panel>
  );
}
