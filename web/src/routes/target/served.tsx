// What a target serves: each certificate's newest deployment there, and what every endpoint was last seen to serve.
// Invariant: an endpoint is verified only when it was seen with the fingerprint that is wanted.
import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { q } from '@/api/client';
import type { Certificate, Schemas } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import { StatusText } from '@/components/status-text';
import { Expiry, TimeAgo } from '@/components/times';
import { probesOf } from '@/lib/target-checks';
import type { StatusWord } from '@/lib/tokens';
import { number } from '@/lib/words';
import { ButtonLink } from '@/ui/button';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';

type Deployment = Schemas['Deployment'];

const states: Record<Schemas['DeploymentState'], StatusWord> = {
  wanted: { label: 'Being deployed', glyph: 'renewing', tone: 'info' },
  live: { label: 'Verified live', glyph: 'healthy', tone: 'ok' },
  installed: { label: 'Installed, not proven', glyph: 'unverified', tone: 'warn' },
  superseded: { label: 'Superseded', glyph: 'archived', tone: 'neutral' },
  rolled_back: { label: 'Rolled back', glyph: 'failing', tone: 'crit' },
  failed: { label: 'Failed', glyph: 'failing', tone: 'crit' },
};

export function endpointStatus(seen: Schemas['Sighting'], wanted: string): StatusWord {
  if (seen.error) return { label: 'Not reached', glyph: 'failing', tone: 'crit' };
  if (seen.fingerprint_sha256 === wanted) return { label: 'Verified', glyph: 'healthy', tone: 'ok' };
  return { label: 'Serves another one', glyph: 'unverified', tone: 'warn' };
}

const short = (fingerprint: string | null | undefined) =>
  fingerprint ? `${fingerprint.slice(0, 4)} ${fingerprint.slice(4, 8)} ${fingerprint.slice(8, 12)} …` : 'nothing';

interface Props {
  it: Schemas['Target'];
  certificates: UseQueryResult<Schemas['Page_Certificate']>;
}

export function Served({ it, certificates }: Props) {
  const rows = certificates.data?.items ?? [];
  const total = certificates.data?.total ?? rows.length;
  const deployments = useQueries({
    queries: rows.map((row) => q('/certificates/{id}/deployments', { path: { id: row.id }, query: { limit: 50 } })),
  });
  return (
    <Panel
      actions={
        total > rows.length ? (
          <TextLink className="text-xs" search={{ target: it.id } as never} to="/certificates">
            All {number(total)}
          </TextLink>
        ) : null
      }
      flush
      title="What it serves"
    >
      {certificates.isError && !certificates.data ? (
        <ErrorState error={certificates.error} onRetry={() => void certificates.refetch()} what="What it serves" />
      ) : certificates.data === undefined ? (
        <SkeletonRows rows={3} />
      ) : rows.length === 0 ? (
        <div className="p-4">
          <p className="mb-3 text-ink-2">
            No certificate names this target yet. Name it in a request, or among the targets of a certificate that is
            there.
          </p>
          <ButtonLink to="/certificates">Open the certificates</ButtonLink>
        </div>
      ) : (
        <ul className="divide-y divide-line">
          {rows.map((row, index) => (
            <Row
              certificate={row}
              deployment={deployments[index]?.data?.items.find((each) => each.target_id === it.id)}
              key={row.id}
              pending={deployments[index]?.isPending ?? true}
              probes={probesOf(it.config).length}
            />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Row(props: {
  certificate: Certificate;
  deployment: Deployment | undefined;
  pending: boolean;
  probes: number;
}) {
  const { certificate, deployment, pending, probes } = props;
  return (
    <li className="flex flex-col gap-1.5 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <Link className="rounded-chip font-medium hover:underline" to={`/certificates/${certificate.id}`}>
          {certificate.name}
        </Link>
        {deployment ? (
          <StatusText status={states[deployment.state]} />
        ) : pending ? null : (
          <span className="text-ink-3">not deployed here yet</span>
        )}
        <Expiry at={certificate.not_after} className="ms-auto text-ink-2" />
      </div>
      {deployment ? (
        <>
          <p className="text-xs text-ink-3">
            wanted <code className="text-ink-2">{short(deployment.fingerprint_sha256)}</code>,{' '}
            <TimeAgo at={deployment.updated_at} />
            {deployment.previous_fingerprint_sha256 ? (
              <>
                , before <code>{short(deployment.previous_fingerprint_sha256)}</code>
              </>
            ) : null}
          </p>
          {deployment.seen.map((seen) => (
            <div
              className="flex flex-wrap items-center gap-x-3 text-xs"
              key={`${seen.address} ${seen.server_name ?? ''}`}
            >
              <StatusText className="w-40" status={endpointStatus(seen, deployment.fingerprint_sha256)} />
              <code className="text-ink-2">{seen.address}</code>
              {seen.server_name ? <span className="text-ink-3">as {seen.server_name}</span> : null}
              <span className="ms-auto text-ink-3">
                {seen.error ??
                  (seen.fingerprint_sha256 === deployment.fingerprint_sha256
                    ? ''
                    : `serves ${short(seen.fingerprint_sha256)}`)}{' '}
                seen <TimeAgo at={seen.at} />
              </span>
            </div>
          ))}
          {probes === 0 ? (
            <p className="text-xs text-ink-3">No endpoint is named: nobody looks what is served.</p>
          ) : null}
        </>
      ) : null}
    </li>
  );
}
