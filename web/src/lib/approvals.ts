// A request held against its profile, field by field; which requests may be decided together; words of rejections.
// Not for: deciding. Invariant: a limit that the profile does not set is said to be none, not to fit.
import type { Schemas } from '@/api/types';
import { keyName, strategies } from './key-names';
import { span } from './time';

type Waiting = Schemas['WaitingApproval'];

/** Reasons that are often given; each can be changed before it is sent. */
export const rejections = [
  'The names do not belong to this owner',
  'Not needed any more',
  'Ask under another profile',
  'Too long a lifetime',
] as const;

/** Why several may not be approved at once; null when they may. */
export function alike(items: readonly Waiting[]): string | null {
  const keys = new Set(items.map((it) => `${it.profile_id} ${JSON.stringify(it.requested_by)}`));
  return keys.size > 1 ? 'only requests of one profile and one requester are approved together' : null;
}

export interface RequestFact {
  field: string;
  value: string;
  allowed: string;
  /** Null when the profile sets no limit, or only the server can tell. */
  fits: boolean | null;
  /** Why it is null. */
  because?: string;
  /** What the version has that is replaced; absent when there is none, or it is the same. */
  before?: string;
}

interface Input {
  lifetime: number | null;
  algorithm: string;
  strategy: Schemas['KeyStrategy'] | null;
  names: readonly string[];
  environment: string | null;
  profile: Schemas['Profile'] | undefined;
  /** The version that this one would take the place of. */
  current?: Pick<Schemas['Version'], 'key_algorithm' | 'not_before' | 'not_after'>;
}

const days = (seconds: number) => span(seconds * 1000);

/** Within what a clock and a rounding make of a lifetime. */
const SAME = 3600;

function changed({ lifetime, algorithm, current }: Input): { lifetime?: string; key?: string } {
  if (!current) return {};
  const had = Math.round((Date.parse(current.not_after) - Date.parse(current.not_before)) / 1000);
  const slack = Math.min(SAME, had / 20);
  return {
    ...(lifetime !== null && Math.abs(had - lifetime) > slack ? { lifetime: days(had) } : {}),
    ...(current.key_algorithm === algorithm ? {} : { key: keyName(current.key_algorithm) }),
  };
}

export function requestFacts(input: Input): RequestFact[] {
  const { lifetime, algorithm, strategy, names, environment, profile } = input;
  const before = changed(input);
  const limits = profile
    ? [
        profile.name_patterns.length > 0 ? profile.name_patterns.join(', ') : 'any name',
        profile.wildcards ? '' : 'no wildcards',
        profile.ip_addresses ? '' : 'no IP addresses',
        `at most ${profile.max_names}`,
      ]
        .filter(Boolean)
        .join(', ')
    : '';
  return [
    {
      field: 'Names',
      value: names.join(', '),
      allowed: limits,
      // Patterns are the server's to match: it did when this was asked for.
      fits: !profile
        ? null
        : names.length > profile.max_names || (!profile.wildcards && names.some((name) => name.startsWith('*.')))
          ? false
          : profile.name_patterns.length > 0
            ? null
            : true,
      because: 'held at the request',
    },
    {
      field: 'Lifetime',
      value: lifetime === null ? 'not known' : days(lifetime),
      allowed: profile ? `${days(profile.min_lifetime_seconds)} to ${days(profile.max_lifetime_seconds)}` : '',
      fits:
        profile && lifetime !== null
          ? lifetime >= profile.min_lifetime_seconds && lifetime <= profile.max_lifetime_seconds
          : null,
      before: before.lifetime,
    },
    {
      field: 'Key',
      value: keyName(algorithm),
      allowed: profile ? profile.key_algorithms.map(keyName).join(', ') : '',
      fits: profile ? profile.key_algorithms.includes(algorithm) : null,
      before: before.key,
    },
    {
      field: 'Made by',
      value: strategy === null ? 'not known' : strategies[strategy],
      allowed: profile
        ? profile.key_strategies.length === 0
          ? 'anybody'
          : profile.key_strategies.map((each) => strategies[each]).join(', ')
        : '',
      fits:
        profile && profile.key_strategies.length > 0 && strategy !== null
          ? profile.key_strategies.includes(strategy)
          : null,
    },
    {
      field: 'Environment',
      value: environment ?? 'none',
      allowed: profile ? (profile.environments.length === 0 ? 'any' : profile.environments.join(', ')) : '',
      fits: profile && profile.environments.length > 0 ? profile.environments.includes(environment ?? '') : null,
    },
  ];
}
