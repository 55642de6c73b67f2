// What stands across a certificate's page about its revocation: that it is revoked, waits for what takes its place, is on its
// way, or failed. Not for: asking for one (RevokeDialog). Invariant: what was called off is not spoken of any more.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import type { Certificate, Schemas } from '@/api/types';
import { StatusGlyph } from '@/components/status-glyph';
import { TimeAgo, TimeUntil } from '@/components/times';
import { sentence } from '@/lib/cause-words';
import { isAsked, revokedBecause, revokedNow } from '@/lib/revocation-words';
import { number } from '@/lib/words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { complain, say } from '@/ui/toast';
import type { Around, useVersions } from './data';

const RevokeDialog = lazy(async () => ({
  default: (await import('@/components/certificate/revoke-dialog')).RevokeDialog,
}));

interface Props {
  it: Certificate;
  around: Around;
  versions: ReturnType<typeof useVersions>;
}

export function RevocationState({ it, around, versions }: Props) {
  const all = versions.query.data?.items ?? [];
  const revoked = revokedNow(all);
  if (revoked)
    return (
      <Banner className="rounded-panel" icon={<StatusGlyph glyph="revoked" tone="neutral" />} tone="neutral">
        <span className="font-medium">
          Revoked <TimeAgo at={revoked.at} />: {revoked.because}.
        </span>{' '}
        Clients that check refuse it. A renewal puts another in its place.
      </Banner>
    );
  return isAsked(all) ? <Asked around={around} it={it} versions={versions} /> : null;
}

function Asked({ it, around, versions }: Props) {
  const asked = useQuery(
    q('/revocations', { query: { certificate_id: it.id, state: 'waiting,pending,failed', limit: 50 } }),
  ).data?.items;
  return (
    <>
      {asked?.map((each) => (
        <One around={around} each={each} it={it} key={each.id} version={versions.naming.byId(each.version_id)} />
      ))}
    </>
  );
}

function One({
  it,
  around,
  each,
  version,
}: {
  it: Certificate;
  around: Around;
  each: Schemas['Revocation'];
  version: string | null;
}) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const reason = may(useCaller(), 'certificates.revoke');
  const what = version ?? 'A version';
  const cancel = useMutation({
    mutationFn: () => taken(client.POST('/revocations/{id}/cancel', { params: { path: { id: each.id } }, body: {} })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['/revocations'] });
      void queries.invalidateQueries({ queryKey: ['/certificates/{id}/versions'] });
      say(`The revocation of ${it.name} is called off`);
    },
    onError: (error) => complain('The revocation was not called off', error),
  });
  const dialog = asking ? (
    <Suspense fallback={null}>
      <RevokeDialog it={it} onClose={() => setAsking(false)} waiting={each} />
    </Suspense>
  ) : null;
  if (each.state === 'waiting')
    return (
      <Banner
        actions={
          <span className="flex items-center gap-2">
            <Button busy={cancel.isPending} disabledReason={reason} onClick={() => cancel.mutate()} size="sm">
              Call off
            </Button>
            <Button disabledReason={reason} onClick={() => setAsking(true)} size="sm">
              Do not wait…
            </Button>
          </span>
        }
        className="rounded-panel"
        icon={<StatusGlyph glyph="waiting" tone="warn" />}
        tone="warn"
      >
        <span className="font-medium">
          {what} is to be revoked: {revokedBecause(each.reason)}.
        </span>{' '}
        {it.target_ids.length > 0
          ? `That waits until every target serves what takes its place: ${number(it.live.live)} of ${number(it.live.targets)} ${it.live.targets === 1 ? 'does' : 'do'}.`
          : 'That waits for what takes its place.'}
        {dialog}
      </Banner>
    );
  if (each.state === 'failed')
    return (
      <Banner
        actions={
          <Button disabledReason={reason} onClick={() => setAsking(true)} size="sm">
            Try again…
          </Button>
        }
        className="rounded-panel"
        icon={<StatusGlyph glyph="failing" tone="crit" />}
        tone="crit"
      >
        <span className="font-medium">
          {what} could not be revoked at {around.nameOf(each.issuer_id)}.
        </span>{' '}
        {each.error ? sentence(each.error) : ''}
        {dialog}
      </Banner>
    );
  return (
    <Banner className="rounded-panel" icon={<StatusGlyph glyph="renewing" tone="info" />} tone="info">
      <span className="font-medium">
        {around.nameOf(each.issuer_id)} is told that {version ?? 'a version'} is revoked.
      </span>{' '}
      {each.error ? `The last try failed: ${sentence(each.error)} ` : ''}
      {each.tries > 0 && each.next_try_at ? (
        <>
          It is tried again <TimeUntil at={each.next_try_at} />.
        </>
      ) : null}
    </Banner>
  );
}
