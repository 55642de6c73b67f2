// DNS providers in words: what each kind is, how one is doing, and the steps of its test. Not for: asking one (its test does).
import type { Schemas } from '@/api/types';
import { instant } from './time';
import type { StatusWord } from './tokens';

type DnsProvider = Schemas['DnsProvider'];
type Kind = Schemas['DnsProviderKind'];

const sentences: Record<Kind, string> = {
  rfc2136: 'Name servers of your own, such as BIND, Knot or PowerDNS, by updates that a TSIG key signs.',
  cloudflare: 'Zones at Cloudflare, by its API.',
  route53: 'Hosted zones at Amazon Route 53, by its API.',
  google: 'Managed zones at Google Cloud DNS, as a service account.',
  azure: 'Zones at Azure DNS, as an application.',
  digitalocean: 'Domains at DigitalOcean, by its API.',
  hetzner: 'Zones at Hetzner, by its Cloud API.',
  desec: 'Domains at deSEC, by its API.',
  acme_dns: 'A name server for proofs only: the real zones point to it by CNAME, so that it needs no right to them.',
  exec: 'A program of yours. The server runs it only if its configuration lists it.',
  agent:
    'An agent of yours, by a provider in its own policy: the credentials are files of its host, and never come here.',
  webhook: 'A receiver of yours that sets the record: each message is signed.',
};

export const dnsSentence = (kind: string) => sentences[kind as Kind] ?? '';

export function dnsStatus(it: Pick<DnsProvider, 'last_success_at' | 'last_failure_at'>): StatusWord {
  const [worked, failed] = [instant(it.last_success_at), instant(it.last_failure_at)];
  if (failed !== null && failed > (worked ?? 0)) return { label: 'Last try failed', glyph: 'failing', tone: 'crit' };
  if (worked === null) return { label: 'Not used yet', glyph: 'pending', tone: 'neutral' };
  return { label: 'Works', glyph: 'healthy', tone: 'ok' };
}

const steps: Record<string, string> = {
  open_secrets: 'Its secrets open',
  find_zone: 'The zone of the name is found',
  set: 'The provider sets the record',
  look: 'Every server of the zone shows it',
  remove: 'The provider takes it away again',
};

export const dnsStep = (name: string) => steps[name] ?? name.replaceAll('_', ' ');

/** The issuers that prove names by it. */
export const usersOf = <T extends { config?: unknown }>(id: string, issuers: readonly T[]): T[] =>
  issuers.filter((issuer) => (issuer.config as { dns_provider?: unknown } | null | undefined)?.dns_provider === id);
