// The names of a request as they are typed: taken apart, and held against the profile before the server does.
// Not for: deciding what may be issued (the server does). Invariant: what is refused here, the server would refuse too.
import type { Schemas } from '@/api/types';
import { count } from './words';

type Profile = Schemas['Profile'];

/** Names with spaces, commas or lines between them; each once. */
export const namesOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,;]+/)
      .map((name) => name.trim().toLowerCase())
      .filter(Boolean),
  ),
];

const DNS = /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?$/;
const IPV4 = /^(\d{1,3}\.){3}\d{1,3}$/;
const OTHER = /^[a-z][a-z0-9+.-]*:|@|[^ -~]/;

const isAddress = (name: string) => IPV4.test(name) || (name.includes(':') && /^[0-9a-f:.]+$/.test(name));

/** What is wrong with one name under a profile; null when nothing is seen. */
export function nameFault(name: string, profile: Profile | undefined): string | null {
  if (isAddress(name)) {
    if (IPV4.test(name) && name.split('.').some((part) => Number(part) > 255)) return `${name} is no IP address`;
    return profile && !profile.ip_addresses ? `${name}: the profile ${profile.name} allows no IP addresses` : null;
  }
  if (OTHER.test(name)) return null;
  if (name.length > 253 || !DNS.test(name)) return `${name} is no DNS name`;
  if (name.startsWith('*.') && profile && !profile.wildcards)
    return `${name}: the profile ${profile.name} allows no wildcards`;
  return null;
}

/** What is wrong with all of them. */
export function namesFault(names: readonly string[], profile: Profile | undefined): string | null {
  if (names.length === 0) return 'Say what it is for: at least one name';
  const most = profile?.max_names ?? 100;
  if (names.length > most) return `${count(names.length, 'name')}, and at most ${most} are allowed`;
  for (const name of names) {
    const fault = nameFault(name, profile);
    if (fault !== null) return fault;
  }
  return null;
}
