// How the revocations of a local CA are told: its CRLs with their times, and its OCSP responder. Not for: revoking.
// Invariant: an address is shown only when certificates name it; without one it says that clients cannot find out.
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { casQuery } from '@/components/cas/use-cas';
import { ErrorState } from '@/components/error-state';
import { StatusText } from '@/components/status-text';
import { Expiry, TimeAgo, TimeUntil } from '@/components/times';
import { useNow } from '@/lib/clock';
import { instant } from '@/lib/time';
import type { StatusWord } from '@/lib/tokens';
import { count, number } from '@/lib/words';
import { CopyButton } from '@/ui/copy';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';
import { SkeletonRows } from '@/ui/skeleton';

type Lists = Schemas['RevocationLists'];

function stateOf(lists: Lists, now: number): StatusWord {
  const end = instant(lists.next_update);
  if (lists.last_error) return { label: 'The next list fails', glyph: 'failing', tone: 'crit' };
  if (end === null) return { label: 'No list yet', glyph: 'pending', tone: 'neutral' };
  if (end <= now) return { label: 'The list is over', glyph: 'expired', tone: 'crit' };
  return { label: 'Up to date', glyph: 'healthy', tone: 'ok' };
}

export function Revocation({ id }: { id: string }) {
  const now = useNow(30_000);
  const cas = useQuery(casQuery(id));
  const active = cas.data?.items.find((ca) => ca.role === 'issuing' && ca.state === 'active');
  const ca = useQuery({ ...q('/cas/{id}', { path: { id: active?.id ?? '' } }), enabled: active !== undefined });
  const lists = ca.data?.revocation_lists;
  if (cas.data !== undefined && active === undefined) return null;
  return (
    <Panel flush note="of the CA that signs now" title="CRL and OCSP">
      {ca.isError && !ca.data ? (
        <ErrorState error={ca.error} onRetry={() => void ca.refetch()} what="Its lists" />
      ) : !lists ? (
        <SkeletonRows rows={3} />
      ) : (
        <PropertyList
          items={[
            ['State', <StatusText key="state" status={stateOf(lists, now)} />],
            lists.last_error ? ['Why', lists.last_error] : null,
            [
              'CRL',
              <span key="crl">
                {count(lists.entries, 'revoked certificate')}
                {lists.waiting > 0 ? `, ${number(lists.waiting)} more on the next one` : ''}
                {lists.this_update ? (
                  <span className="block text-xs text-ink-3">
                    made <TimeAgo at={lists.this_update} />, holds <Expiry at={lists.next_update} />, the next one{' '}
                    <TimeUntil at={lists.due_at} />
                  </span>
                ) : null}
                {lists.crl_urls.length > 1 ? (
                  <span className="block text-xs text-ink-3">in {number(lists.crl_urls.length)} parts</span>
                ) : null}
              </span>,
            ],
            ...(lists.crl_urls.length > 0
              ? ([
                  ['At', <Address key="at" text={lists.crl_urls[0] ?? ''} what="CRL address" />],
                  ['OCSP', <Address key="ocsp" text={lists.ocsp_url ?? ''} what="OCSP address" />],
                ] as const)
              : ([
                  [
                    'Address',
                    <span className="text-ink-2" key="none">
                      None is in its certificates, so that clients cannot find out: the server has no pki_url.
                    </span>,
                  ],
                ] as const)),
          ]}
        />
      )}
    </Panel>
  );
}

function Address({ text, what }: { text: string; what: string }) {
  return (
    <span className="flex items-center gap-1">
      <code className="min-w-0 break-all">{text}</code>
      <CopyButton label={`Copy ${what}`} text={text} />
    </span>
  );
}
