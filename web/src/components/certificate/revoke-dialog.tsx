// Asks for the revocation of what a certificate has now, or of one version of it (tier 3): what it hits, why, and whether what
// takes its place comes first. Not for: many at once (a plan). Invariants: the reason is chosen, never preset, because it is published; the name is typed.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNames } from '@/api/caller';
import { client, q, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import { useTargets } from '@/api/lookups';
import type { Certificate, Schemas } from '@/api/types';
import { type Impact, Impacts } from '@/components/impacts';
import { TypedConfirm } from '@/components/typed-confirm';
import { WhyField } from '@/components/why-field';
import { type Reason, reasonOptions } from '@/lib/revocation-words';
import { and, count, number, plural } from '@/lib/words';
import { Banner } from '@/ui/banner';
import { CheckField } from '@/ui/check-field';
import { Field } from '@/ui/field';
import { Select } from '@/ui/select';
import { say } from '@/ui/toast';

interface Props {
  it: Certificate;
  /** What was asked for before and waits for what takes its place: asked again, it is revoked at once. */
  waiting?: Schemas['Revocation'];
  /** Only this version, as it is called here. */
  only?: { version: Schemas['Version']; name: string; holder: string };
  onClose: () => void;
}

const NAMED = 3;

/** Where it, or only a version of it, is served right now. */
function useServing({ id, target_ids, holders, live }: Certificate, only?: Schemas['Version']): Impact {
  const deployments = useQuery(q('/certificates/{id}/deployments', { path: { id }, query: { limit: 200 } })).data;
  const current = new Set(holders.map((holder) => holder.current_version_id));
  const isSeen = (each: Schemas['Deployment']) =>
    only
      ? each.seen.some((seen) => seen.fingerprint_sha256 === only.fingerprint_sha256)
      : current.has(each.version_id) && each.seen.some((seen) => seen.fingerprint_sha256);
  const serving = new Set(deployments?.items.filter(isSeen).map((each) => each.target_id));
  const targets = useTargets([...serving].slice(0, NAMED));
  const named = [...targets.values()].map((target) => target.name);
  if (target_ids.length === 0)
    return { glyph: 'warning', tone: 'warn', text: 'It has no targets: where it is used is not known here' };
  const none = only ? serving.size === 0 : live.live === 0;
  if (none) return { glyph: 'archived', tone: 'neutral', text: 'No target was last seen serving it' };
  const where = named.length === 0 ? '' : `: ${and([...named, ...(serving.size > NAMED ? ['others'] : [])])}`;
  return {
    glyph: 'failing',
    tone: 'crit',
    text: `${plural(live.targets, {
      one: `${number(only ? serving.size : live.live)} of # target serves it right now`,
      other: `${number(only ? serving.size : live.live)} of # targets serve it right now`,
    })}${where}`,
  };
}

/** Why nothing can take its place here. */
function irreplaceable(it: Certificate, only?: Schemas['Version']): string | null {
  if (only && !only.current) return 'Another version has taken its place already.';
  if (it.archived_at) return 'It is archived: nothing here takes its place.';
  if (it.key_strategy === 'found') return 'It is only watched: nothing here takes its place.';
  return null;
}

function replacement(it: Certificate, first: boolean, asksFirst: boolean): Impact[] {
  if (!first)
    return [
      {
        glyph: 'warning',
        tone: 'crit',
        text:
          it.open_job_ids.length > 0
            ? 'A replacement is under way. Until it is served, clients that check refuse what is'
            : 'Nothing takes its place until it is renewed',
      },
    ];
  const begun: Impact =
    it.condition === 'failing'
      ? { glyph: 'warning', tone: 'warn', text: 'Its renewal fails now: it is not revoked before one works' }
      : it.key_strategy === 'external'
        ? { glyph: 'waiting', tone: 'warn', text: 'Its key is outside: it is not revoked before somebody brings a CSR' }
        : it.open_job_ids.length > 0
          ? { glyph: 'renewing', tone: 'info', text: 'A replacement is under way already' }
          : { glyph: 'renewing', tone: 'info', text: 'A renewal with a new key begins now' };
  return asksFirst
    ? [begun, { glyph: 'waiting', tone: 'neutral', text: 'Its profile asks for an approval of the renewal first' }]
    : [begun];
}

export function RevokeDialog({ it, waiting, only, onClose }: Props) {
  const queries = useQueryClient();
  const nameOf = useNames();
  const without = irreplaceable(it, only?.version);
  const [reason, setReason] = useState<Reason | null>(waiting?.reason ?? null);
  const [wanted, setWanted] = useState(true);
  const [why, setWhy] = useState('');
  const first = wanted && without === null && waiting === undefined;
  const serving = useServing(it, only?.version);
  const profile = useQuery(q('/profiles/{id}', { path: { id: it.profile_id } })).data;
  const holders = only ? 1 : it.holders.filter((holder) => holder.current_version_id).length;
  const what = only ? `${only.name} of ${it.name}` : it.name;
  const issuer = nameOf(only?.version.issuer_id ?? it.issuer_id);
  const revoke = useMutation({
    mutationFn: () =>
      taken(
        client.POST('/certificates/{id}/revoke', {
          params: { path: { id: it.id } },
          body: {
            reason: reason ?? 'unspecified',
            replace_first: first,
            comment: why.trim() || null,
            version_id: only?.version.id ?? null,
          },
        }),
      ),
    onSuccess: () => {
      for (const path of ['/certificates/{id}', '/certificates/{id}/versions', '/revocations'])
        void queries.invalidateQueries({ queryKey: [path] });
      void queries.invalidateQueries({ queryKey: ['grid', '/certificates'] });
      say(
        first
          ? `${what} is revoked once its replacement is served`
          : `The revocation of ${what} is on its way to ${issuer}`,
      );
      onClose();
    },
  });
  const failed = revoke.error ? ApiError.of(revoke.error) : null;
  return (
    <TypedConfirm
      action="Request revocation"
      busy={revoke.isPending}
      keep={only ? 'Keep version' : 'Keep certificate'}
      name={it.name}
      onClose={onClose}
      onConfirm={() => revoke.mutate()}
      reason={reason === null ? 'choose why first' : null}
      title={waiting ? `Revoke ${it.name} without waiting?` : `Revoke ${what}?`}
    >
      <p className="text-ink-2">
        {issuer} publishes it, and it cannot be taken back. Clients that check refuse what is revoked, the first of them
        within minutes.
      </p>
      {failed ? (
        <div role="alert">
          <Banner className="rounded-control" tone="crit">
            {failed.sentence}
          </Banner>
        </div>
      ) : null}
      <Impacts
        items={[
          serving,
          ...(only && !only.version.current ? [] : replacement(it, first, profile?.approval === 'always')),
          ...(only && it.holders.length > 1
            ? [{ glyph: 'archived' as const, tone: 'neutral' as const, text: `Its key is held by ${only.holder}` }]
            : []),
          ...(holders > 1
            ? [
                {
                  glyph: 'warning' as const,
                  tone: 'warn' as const,
                  text: `It has ${count(holders, 'key holder')}: the current version of each is revoked`,
                },
              ]
            : []),
        ]}
      />
      <Field help="Published with the revocation." label="Reason">
        {(ids) => (
          <Select {...ids} onChange={setReason} options={reasonOptions} placeholder="Choose why" value={reason} />
        )}
      </Field>
      {waiting ? null : without ? (
        <p className="text-ink-2">{without}</p>
      ) : (
        <CheckField
          checked={wanted}
          help={
            first
              ? 'Recommended: it is revoked when every target was seen serving the new version, so nobody is cut off.'
              : 'It is revoked at once. For a key that somebody else has, that may be worth an outage.'
          }
          label="Issue and deploy a replacement first"
          onChange={setWanted}
        />
      )}
      <WhyField
        help="For those who read the audit trail later."
        onChange={setWhy}
        placeholder="The host was broken into"
        value={why}
      />
    </TypedConfirm>
  );
}
