// A profile as its form has it, and what of it is sent. Not for: drawing. Invariant: a form that was not touched sends what
// the profile is.
import type { Schemas } from '@/api/types';
import { keyName, strategies } from './key-names';
import { approvals } from './rule-words';
import { took } from './time';

type Profile = Schemas['Profile'];

export interface ProfileForm {
  name: string;
  keys: readonly string[];
  minLife: number | null;
  life: number | null;
  maxLife: number | null;
  usages: readonly string[];
  patterns: readonly string[];
  wildcards: boolean;
  addresses: boolean;
  maxNames: number | null;
  issuers: readonly string[];
  strategies: readonly Schemas['KeyStrategy'][];
  environments: readonly string[];
  roles: readonly Schemas['Role'][];
  approval: Schemas['ApprovalMode'];
}

const DAY = 86_400;
export const algorithms = ['ecdsa-p256', 'ecdsa-p384', 'rsa-2048', 'rsa-3072', 'rsa-4096', 'ed25519'] as const;
export const usages = { server_auth: 'server authentication', client_auth: 'client authentication' } as const;

export const profileForm = (it: Profile | null): ProfileForm => ({
  name: it?.name ?? '',
  keys: it?.key_algorithms ?? algorithms,
  minLife: it?.min_lifetime_seconds ?? 60,
  life: it?.default_lifetime_seconds ?? 90 * DAY,
  maxLife: it?.max_lifetime_seconds ?? 397 * DAY,
  usages: it?.extended_key_usages ?? ['server_auth'],
  patterns: it?.name_patterns ?? [],
  wildcards: it?.wildcards ?? true,
  addresses: it?.ip_addresses ?? true,
  maxNames: it?.max_names ?? 100,
  issuers: it?.issuer_ids ?? [],
  strategies: it?.key_strategies ?? [],
  environments: it?.environments ?? [],
  roles: it?.requester_roles ?? [],
  approval: it?.approval ?? 'none',
});

const written = (texts: readonly string[]) => texts.map((text) => text.trim()).filter((text) => text !== '');

export const profileBody = (form: ProfileForm) => ({
  name: form.name.trim(),
  key_algorithms: [...form.keys],
  min_lifetime_seconds: form.minLife,
  default_lifetime_seconds: form.life,
  max_lifetime_seconds: form.maxLife,
  extended_key_usages: [...form.usages],
  name_patterns: written(form.patterns),
  wildcards: form.wildcards,
  ip_addresses: form.addresses,
  max_names: form.maxNames,
  issuer_ids: [...form.issuers],
  key_strategies: [...form.strategies],
  environments: written(form.environments),
  requester_roles: [...form.roles],
  approval: form.approval,
});

export function profileFaults(form: ProfileForm): Record<string, string> {
  const faults: Record<string, string> = {};
  if (form.name.trim() === '') faults['/name'] = 'A name is needed.';
  if (form.keys.length === 0) faults['/key_algorithms'] = 'At least one kind of key.';
  if (form.usages.length === 0) faults['/extended_key_usages'] = 'At least one.';
  const lives = {
    min_lifetime_seconds: form.minLife,
    default_lifetime_seconds: form.life,
    max_lifetime_seconds: form.maxLife,
  };
  for (const [key, value] of Object.entries(lives))
    if (value === null || value < 60 || value > 398 * DAY) faults[`/${key}`] = 'From a minute to 398 days.';
  if (form.minLife !== null && form.life !== null && form.minLife > form.life)
    faults['/default_lifetime_seconds'] = 'Not shorter than the shortest.';
  if (form.maxLife !== null && form.life !== null && form.maxLife < form.life)
    faults['/max_lifetime_seconds'] = 'Not shorter than what is usual.';
  if (form.maxNames === null || !Number.isInteger(form.maxNames) || form.maxNames < 1 || form.maxNames > 100)
    faults['/max_names'] = 'From 1 to 100.';
  return faults;
}

const life = (seconds: number | null) => (seconds === null ? '' : took(seconds * 1000));

export function profileInWords(form: ProfileForm, nameOf: (id: string) => string): Record<string, string> {
  const list = (texts: readonly string[], none: string) => (texts.length === 0 ? none : texts.join(', '));
  return {
    Name: form.name,
    Keys: form.keys.map(keyName).join(', '),
    Lifetime: `${life(form.life)}, from ${life(form.minLife)} to ${life(form.maxLife)}`,
    Use: form.usages.join(', '),
    Names: list(written(form.patterns), 'any'),
    Wildcards: form.wildcards ? 'yes' : 'no',
    'IP addresses': form.addresses ? 'yes' : 'no',
    'Most names': String(form.maxNames ?? ''),
    Issuers: list(form.issuers.map(nameOf), 'all'),
    'Key holders': list(
      form.strategies.map((each) => strategies[each]),
      'anybody',
    ),
    Environments: list(written(form.environments), 'any'),
    'May ask': list(form.roles, 'all that have the right'),
    Approval: approvals[form.approval],
  };
}
