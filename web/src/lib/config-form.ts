// What is configured by the schema of its kind (an issuer, a DNS provider) as its form has it, and what of it is sent.
// Not for: drawing. Invariants: a secret that was left empty is not sent, so that it stays, and one that is to go is sent as null;
// fields that do not go with the others are neither shown nor sent.
import { faultsOf, fieldsOf, isSecret, labelOf, type Schema, tidied, unlessStored, type Values } from './json-schema';

export interface ConfigForm {
  name: string;
  kind: string;
  config: Values;
  /** Secrets that are taken away. */
  without: readonly string[];
}

export const configForm = (it: { name: string; kind: string; config: unknown } | null, kind: string): ConfigForm => ({
  name: it?.name ?? '',
  kind: it?.kind ?? kind,
  config: (it?.config ?? {}) as Values,
  without: [],
});

/** What each way of logging in at Vault asks for, and whether it is needed. */
const logins: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  token: { token: true },
  approle: { role_id: true, secret_id: true },
  kubernetes: { kubernetes_role: true, jwt_path: false },
};

/** The schema without the fields that do not go with the others: a Vault token beside another way to log in, a DNS provider
 * without proofs by DNS. */
export function fitting(kind: string, schema: Schema, config: Values): Schema {
  const without = new Set<string>();
  const also: string[] = [];
  if (kind === 'vault') {
    const method = String(config.auth ?? schema.properties?.auth?.default ?? 'token');
    for (const [name, fields] of Object.entries(logins))
      for (const [key, needed] of Object.entries(fields)) {
        if (name !== method) without.add(key);
        else if (needed) also.push(key);
      }
  }
  if (kind === 'acme') {
    const proofs = config.challenges ?? schema.properties?.challenges?.default;
    if (Array.isArray(proofs) && proofs.includes('dns-01')) also.push('dns_provider');
    else without.add('dns_provider');
    if (!Array.isArray(proofs) || !proofs.includes('http-01')) without.add('http_01');
    if (!config.rate_limit_orders) without.add('rate_limit_seconds');
  }
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([key]) => !without.has(key))),
    required: [...(schema.required ?? []), ...also],
  };
}

/** Stored secrets that can be taken away: those that are not needed. */
export const forgettable = (schema: Schema, stored: readonly string[]) =>
  stored.filter((key) => schema.properties?.[key] !== undefined && !schema.required?.includes(key));

/** As it is sent. `schema` is the one that fits. */
export function configBody(form: ConfigForm, schema: Schema, stored: readonly string[]) {
  // The generated types know nothing of the schema of a kind.
  const shown = Object.entries(form.config).filter(([key]) => schema.properties?.[key] !== undefined);
  const gone = stored.filter((key) => form.without.includes(key) || schema.properties?.[key] === undefined);
  return {
    name: form.name.trim(),
    config: { ...tidied(Object.fromEntries(shown)), ...Object.fromEntries(gone.map((key) => [key, null])) } as never,
  };
}

export const configFaults = (form: ConfigForm, schema: Schema, stored: readonly string[]): Record<string, string> =>
  faultsOf(unlessStored(schema, stored), form.config);

function valueInWords(schema: Schema | undefined, value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(String).join(', ');
  if (typeof value === 'object' && value !== null) return Object.keys(value).join(', ');
  const text = String(value);
  if (text.startsWith('-----BEGIN')) return 'given';
  return schema === undefined ? text.replaceAll('_', ' ') : text;
}

/** A configuration as facts, in the order of its form. A secret is only said to be set. */
export function configInWords(
  schema: Schema | undefined,
  config: unknown,
  secrets: readonly string[] = [],
): [key: string, label: string, words: string][] {
  const values = tidied((config ?? {}) as Values);
  const known = schema ? fieldsOf(schema) : [];
  const facts: [string, string, string][] = [];
  const labels = new Set<string>();
  const add = (key: string, words: string) => {
    const field = schema?.properties?.[key];
    const wanted = labelOf(key, field ?? {});
    const label = labels.has(wanted) ? labelOf(key, {}) : wanted;
    labels.add(label);
    facts.push([key, label, words]);
  };
  for (const { key, schema: field } of known) {
    if (secrets.includes(key)) add(key, 'set, never shown');
    else if (isSecret(field)) continue;
    else if (values[key] !== undefined) add(key, valueInWords(field, values[key]));
  }
  for (const [key, value] of Object.entries(values))
    if (!known.some((field) => field.key === key)) add(key, valueInWords(undefined, value));
  return facts;
}

/** A draft in words, for the choice between two versions. */
export function draftInWords(form: ConfigForm, schema: Schema | undefined): Record<string, string> {
  return {
    Name: form.name,
    ...Object.fromEntries(configInWords(schema, form.config).map(([, label, words]) => [label, words])),
    ...(form.without.length > 0 ? { Forgotten: form.without.map((key) => key.replaceAll('_', ' ')).join(', ') } : {}),
  };
}

/** What the server finds wrong with the configuration, by the pointers of its form. */
export const serverFaults = (errors: readonly { pointer: string; detail: string }[] | undefined) =>
  Object.fromEntries(
    (errors ?? [])
      .filter((each) => each.pointer.startsWith('/config/'))
      .map((each) => [each.pointer.slice('/config'.length), each.detail]),
  );
