// The kinds of issuer by their tokens: title, schema, what each is and what it asks for, and the steps of its test.
// What a kind can do is ours to know: it is the same for each of its issuers.
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';
import { fieldsOf, type Schema } from '@/lib/json-schema';
import { and } from '@/lib/words';

export interface IssuerKind {
  kind: string;
  title: string;
  schema: Schema;
}

/** The kind whose CA is certctl's own; all others ask an authority outside. */
export const LOCAL = 'local_ca';

export const issuerKindsQuery = () => ({ ...q('/issuer-kinds'), staleTime: Number.POSITIVE_INFINITY });

export function useIssuerKinds() {
  const query = useQuery(issuerKindsQuery());
  const kinds = query.data as readonly IssuerKind[] | undefined;
  return {
    kinds,
    titleOf: (kind: string) => kinds?.find((each) => each.kind === kind)?.title ?? kind,
    error: query.error,
    retry: () => void query.refetch(),
  };
}

const sentences: Record<string, string> = {
  local_ca: 'A CA of certctl itself: a root and an issuing CA below it, whose keys stay sealed in its store.',
  acme: 'An authority that speaks ACME, such as Let’s Encrypt or one inside your network. Each name is proved by HTTP, DNS or TLS.',
  vault: 'The PKI engine of HashiCorp Vault or OpenBao: one of its roles signs what certctl sends.',
  exec: 'A program of yours, for an authority that nothing else here speaks to. The server runs it only if its configuration lists it.',
};

export const issuerSentence = (kind: string) => sentences[kind] ?? '';

const needs: Record<string, string> = {
  acme: 'Needs its directory, and that you agree to its terms.',
  vault: 'Needs its address, a role, and a way to log in.',
  exec: 'Needs the path of the program.',
};

const abilities: Record<string, readonly string[]> = {
  local_ca: ['CRL and OCSP', 'wildcards', 'lives of minutes', 'name limits'],
  acme: ['revocation', 'wildcards by DNS', 'account binding (EAB)', 'renewal hints (ARI)'],
  vault: ['revocation', 'wildcards', 'lives of minutes'],
  exec: ['revocation', 'what the program can do'],
};

export const issuerAbilities = (kind: string): readonly string[] => abilities[kind] ?? [];

export function issuerNeeds({ kind, schema }: IssuerKind): string {
  const needed = fieldsOf(schema).filter((field) => field.required);
  return needed.length === 0
    ? 'Needs nothing but a name.'
    : (needs[kind] ?? `Needs ${and(needed.map((field) => field.label.toLowerCase()))}.`);
}

const testSteps: Record<string, string> = {
  open_key: 'Its key opens',
  open_secrets: 'Its secrets open',
  sign: 'It signs',
  check_chain: 'The chain leads to its root',
  reach: 'It can be reached',
  directory: 'Its directory can be read',
  account: 'It knows the account',
  login: 'It lets the server in',
};

export const testStep = (kind: string, name: string) =>
  name === 'sign' && kind !== LOCAL ? 'It may be asked to sign' : (testSteps[name] ?? name.replaceAll('_', ' '));

export const testNote = (kind: string) =>
  kind === LOCAL
    ? 'a throw-away certificate is signed and checked; nothing of it is kept'
    : 'as far as that issues nothing';
