// A policy rule as its form has it, and what of it is sent. Not for: drawing, and not a judge of parameters (their schema is).
import type { Schemas } from '@/api/types';
import { faultsOf, labelOf, type Schema, tidied, type Values } from './json-schema';
import { modes, severities } from './rule-words';

type Rule = Schemas['PolicyRule'];
export type Selector = Schemas['Selector'];

export interface RuleForm {
  name: string;
  description: string;
  kind: Rule['kind'];
  parameters: Values;
  selector: Selector;
  severity: Rule['severity'];
  mode: Rule['mode'];
  enabled: boolean;
}

export const selectorFields = [
  { key: 'environments', label: 'Environment', choices: 'environments', free: true },
  { key: 'team_ids', label: 'Team', choices: 'teams' },
  { key: 'owner_ids', label: 'Owner', choices: 'owners' },
  { key: 'issuer_ids', label: 'Issuer', choices: 'issuers' },
  { key: 'profile_ids', label: 'Profile', choices: 'profiles' },
  { key: 'policy_ids', label: 'Renewal policy', choices: 'policies' },
  { key: 'tags', label: 'Tag', choices: 'tags', free: true },
  { key: 'key_strategies', label: 'Key holder', choices: 'strategies' },
] as const;

export const ruleForm = (it: Rule | null): RuleForm => ({
  name: it?.name ?? '',
  description: it?.description ?? '',
  kind: it?.kind ?? 'MaxLifetime',
  parameters: (it?.parameters ?? {}) as Values,
  selector: it?.selector ?? {},
  severity: it?.severity ?? 'Error',
  mode: it?.mode ?? 'observe',
  enabled: it?.enabled ?? true,
});

const picked = (selector: Selector): Selector =>
  Object.fromEntries(Object.entries(selector).filter(([, values]) => (values?.length ?? 0) > 0));

export const ruleAsks = (form: RuleForm) => ({
  kind: form.kind,
  parameters: tidied(form.parameters),
  selector: picked(form.selector),
});

export const ruleBody = (form: RuleForm) => ({
  ...ruleAsks(form),
  name: form.name.trim(),
  description: form.description.trim() === '' ? null : form.description.trim(),
  severity: form.severity,
  mode: form.mode,
  enabled: form.enabled,
});

const titles: Record<string, string> = {
  issuer_ids: 'Issuers',
  max_seconds: 'Longest lifetime',
  min_seconds: 'Time before the end',
  min_percent: 'Share of the lifetime before the end, in percent',
  min_rsa_bits: 'Fewest bits of an RSA key',
  min_ec_bits: 'Fewest bits on an elliptic curve',
  algorithms: 'Algorithms',
  domains: 'Domains',
  ip_addresses: 'IP addresses may be names too',
  fields: 'Fields',
  tags: 'Tags',
  environments: 'Environments',
  unset: 'Having none is allowed too',
};

/** The schema of a kind with words for people, and each field in sight: there are few. */
export function ruleSchema(schema: Schema): Schema {
  return {
    ...schema,
    properties: Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([key, field]) => [
        key,
        {
          ...field,
          title: titles[key] ?? labelOf(key, field),
          description: field.description?.replaceAll('`', ''),
          'x-group': '',
        },
      ]),
    ),
  };
}

export function ruleFaults(form: RuleForm, schema: Schema | undefined): Record<string, string> {
  if (schema === undefined) return {};
  const faults = faultsOf(schema, form.parameters);
  if (schema.minProperties && Object.keys(tidied(form.parameters)).length < schema.minProperties)
    faults[''] = 'At least one of these is needed.';
  return faults;
}

export function ruleInWords(form: RuleForm, nameOf: (id: string) => string): Record<string, string> {
  return {
    Name: form.name,
    'What for': form.description,
    ...Object.fromEntries(
      Object.entries(tidied(form.parameters)).map(([key, value]) => [
        titles[key] ?? key,
        Array.isArray(value) ? value.map((each) => nameOf(String(each))).join(', ') : String(value),
      ]),
    ),
    'Holds for':
      selectorFields
        .filter(({ key }) => (form.selector[key]?.length ?? 0) > 0)
        .map(({ key, label }) => `${label}: ${(form.selector[key] ?? []).map((each) => nameOf(each)).join(', ')}`)
        .join('; ') || 'all certificates',
    Severity: severities[form.severity].label,
    Mode: modes[form.mode].label,
    'Switched on': form.enabled ? 'yes' : 'no',
  };
}
