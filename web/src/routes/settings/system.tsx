// The server itself: whether each of its parts works, its version, and how callers are known. Not for: its configuration file.
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { CheckList } from '@/components/check-list';
import { ErrorState } from '@/components/error-state';
import { clockSkew } from '@/lib/clock';
import { took } from '@/lib/time';
import { CodeBlock } from '@/ui/copy';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';
import { SkeletonRows } from '@/ui/skeleton';

const names: Record<string, string> = {
  store: 'The store reads and writes',
  migrations: 'Its schema is this release’s',
  sealing_key: 'The sealing key is the right one',
  scheduler: 'The scheduler goes round',
};

/** It answers 503 with the same document when a part is down. */
async function readiness(signal: AbortSignal): Promise<Schemas['Ready']> {
  const answer = await fetch('/readyz', { signal, credentials: 'same-origin' });
  const document: unknown = await answer.json().catch(() => null);
  if (typeof document === 'object' && document !== null && 'checks' in document) return document as Schemas['Ready'];
  throw new ApiError(`The server answered ${answer.status}.`, answer.status);
}

export function SettingsSystem() {
  // Readiness is no object, so no event tells of it.
  const ready = useQuery({ queryKey: ['readyz'], queryFn: ({ signal }) => readiness(signal), refetchInterval: 15_000 });
  const version = useQuery(q('/version')).data;
  const info = useQuery(q('/auth/info')).data;
  const origin = globalThis.location.origin;
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
        <Panel note="on its host" title="Backup">
          <p className="mb-2 text-ink-2">One encrypted file holds the whole of it, keys and audit trail too.</p>
          <CodeBlock
            label="The command that makes a backup"
            text="certctl admin backup --out certctl.backup --passphrase-file backup.passphrase"
          />
        </Panel>
      </div>
      <Panel flush title="Facts">
        <PropertyList
          items={[
            ['Version', version ? `v${version.version}` : ''],
            ['API', version?.api ?? ''],
            ['Address', <code key="origin">{origin}</code>],
            [
              'Sign-in',
              info === undefined
                ? ''
                : info.auth_type === 'none'
                  ? 'none: whoever reaches this server is an admin'
                  : 'user names and API keys',
            ],
            [
              'Clock',
              clockSkew() === 0 ? 'agrees with this browser' : `${took(Math.abs(clockSkew()))} from this browser’s`,
            ],
            ['Metrics', <code key="metrics">{origin}/metrics</code>],
            [
              'API reference',
              <a className="rounded-chip text-accent-ink hover:underline" href="/api/docs" key="docs">
                /api/docs
              </a>,
            ],
          ]}
        />
      </Panel>
    </div>
  );
}
