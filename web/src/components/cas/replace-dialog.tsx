// Replaces what signs for an issuer (tier 2: nobody has to do anything), or a root (tier 3: clients have to learn of the new one).
// Not for: removing one. Invariants: what happens to what is signed already is said before; the root's name is typed.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import { ASK, sayAsked, TwoPeopleNote, useTwoPeople } from '@/components/confirmations/two-people';
import { type Impact, Impacts } from '@/components/impacts';
import { LOCAL, useIssuerKinds } from '@/components/issuer-kinds';
import { TypedConfirm } from '@/components/typed-confirm';
import { type Ca, caName } from '@/lib/ca-words';
import { isAsked } from '@/lib/confirmations';
import { faultsOf } from '@/lib/json-schema';
import { date, instant } from '@/lib/time';
import { number, plural } from '@/lib/words';
import { Banner } from '@/ui/banner';
import { say } from '@/ui/toast';
import { ReplaceForm, replaceBody, replaceSchema, replaceValues } from './replace-form';

interface Props {
  ca: Ca;
  /** The issuer that it signs for. */
  issuer?: string;
  /** How many of its certificates live, when that is known. */
  live?: number | null;
  /** Of a root: how many authorities below it sign. */
  below?: number;
  onClose: () => void;
}

const neutral = { glyph: 'archived', tone: 'neutral' } as const;

function ofIssuing(ca: Ca, issuer: string, live: number | null | undefined): Impact[] {
  return [
    {
      glyph: 'renewing',
      tone: 'info',
      text: `Generation ${number(ca.generation + 1)} is made below the same root, and signs for ${issuer} from then on`,
    },
    {
      ...neutral,
      text:
        live === null || live === undefined
          ? 'What this one has signed stays valid'
          : live === 0
            ? 'Nothing that this one has signed is still valid'
            : plural(live, {
                one: '# certificate that it has signed stays valid, and goes over with its next renewal',
                other: '# certificates that it has signed stay valid, and go over with their next renewals',
              }),
    },
    { ...neutral, text: 'Its revocation lists and OCSP go on until the last of them has ended' },
    { glyph: 'healthy', tone: 'ok', text: 'Clients need nothing new: they trust the root, which stays' },
  ];
}

function ofRoot(ca: Ca, below: number): Impact[] {
  const end = instant(ca.not_after);
  return [
    {
      glyph: 'renewing',
      tone: 'info',
      text: plural(below, {
        one: 'The issuing CA below it gets its next generation below the new root',
        other: 'Each of the # issuing CAs below it gets its next generation below the new root',
      }),
    },
    {
      glyph: 'healthy',
      tone: 'ok',
      text: 'This root signs the new one, so clients that know only this one go on working',
    },
    {
      glyph: 'warning',
      tone: 'warn',
      text: `Every client has to trust the new root before this one ends${end === null ? '' : `, on ${date(end)}`}: give them the trust bundle`,
    },
    { ...neutral, text: 'What is signed already stays valid, and can still be revoked' },
  ];
}

export function ReplaceCaDialog({ ca, issuer = '', live, below = 0, onClose }: Props) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const two = useTwoPeople();
  const { kinds } = useIssuerKinds();
  const schema = replaceSchema(kinds?.find((kind) => kind.kind === LOCAL)?.schema, ca);
  const [values, setValues] = useState(() => replaceValues(ca));
  const isRoot = ca.role === 'root';
  const name = caName(ca);
  const faults = faultsOf(schema, values);
  const replace = useMutation({
    mutationFn: async () => {
      const body = replaceBody(ca, values) as never;
      if (isRoot) return taken(client.POST('/cas/{id}/replace', { params: { path: { id: ca.id } }, body }));
      return taken(
        client.POST('/issuers/{id}/replace-ca', { params: { path: { id: ca.issuer_id ?? '' } }, body }),
      ) as Promise<unknown>;
    },
    onSuccess: (answer) => {
      if (isAsked(answer)) {
        sayAsked(answer, (to) => void navigate({ to }));
        void queries.invalidateQueries({ queryKey: ['/confirmations'] });
        onClose();
        return;
      }
      for (const path of ['/cas', '/cas/{id}', '/issuers', '/issuers/{id}'])
        void queries.invalidateQueries({ queryKey: [path] });
      say(isRoot ? `${name} is replaced` : `${issuer} signs with generation ${number(ca.generation + 1)}`, {
        description: isRoot ? 'Give the trust bundle to every client.' : 'The one before drains by itself.',
      });
      onClose();
    },
  });
  const failed = replace.error ? ApiError.of(replace.error) : null;
  const server = Object.fromEntries((failed?.problem?.errors ?? []).map((each) => [each.pointer, each.detail]));
  return (
    <TypedConfirm
      action={two ? ASK : isRoot ? 'Replace root' : 'Replace issuing CA'}
      busy={replace.isPending}
      keep="Keep as it is"
      name={isRoot ? name : undefined}
      onClose={onClose}
      onConfirm={() => replace.mutate()}
      reason={Object.values(faults)[0] ?? null}
      title={isRoot ? `Replace the root ${name}?` : `Replace the issuing CA of ${issuer}?`}
      tone={isRoot ? 'crit' : 'warn'}
    >
      {failed ? (
        <div role="alert">
          <Banner className="rounded-control" tone="crit">
            {failed.sentence}
          </Banner>
        </div>
      ) : null}
      <Impacts items={isRoot ? ofRoot(ca, below) : ofIssuing(ca, issuer, live)} />
      <ReplaceForm
        isRoot={isRoot}
        faults={{ ...faults, ...server }}
        onChange={setValues}
        schema={schema}
        values={values}
      />
      {two ? <TwoPeopleNote what="nothing is replaced" /> : null}
    </TypedConfirm>
  );
}
