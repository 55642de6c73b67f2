// How the next authority differs from the one that it replaces, by the schema of the local CA's form: what is left as it is, is not
// sent. Not for: sending. Invariant: names that it was limited to and that are taken away are sent as none, and so is the limit gone.
import { SchemaForm } from '@/components/schema-form/schema-form';
import type { Ca } from '@/lib/ca-words';
import { type Schema, tidied, type Values } from '@/lib/json-schema';

const fields = ['key_algorithm', 'lifetime_days', 'path_length', 'permitted_names', 'excluded_names'] as const;
const names = ['permitted_names', 'excluded_names'] as const;

/** The schema speaks of the issuing CA. */
const ofRoot: Readonly<Record<string, string>> = {
  key_algorithm: 'Of the new root’s key.',
  lifetime_days: 'How long the new root is valid.',
};

const DAY = 86_400_000;

/** As it is now, which a field that was not touched shows. */
const present = (ca: Ca): Values => ({
  key_algorithm: ca.key_algorithm,
  lifetime_days: Math.round((Date.parse(ca.not_after) - Date.parse(ca.not_before)) / DAY),
  path_length: ca.path_length ?? undefined,
});

/** The part of the schema that can be another. */
export function replaceSchema(schema: Schema | undefined, ca: Ca): Schema {
  const wanted = ca.role === 'root' ? fields.slice(0, 2) : fields;
  const now = present(ca);
  const known = Object.entries(schema?.properties ?? {}).filter(([key]) => (wanted as readonly string[]).includes(key));
  return {
    type: 'object',
    properties: Object.fromEntries(
      known.map(([key, field]) => [
        key,
        {
          ...field,
          ...(ca.role === 'root' ? { description: ofRoot[key] } : {}),
          default: now[key],
          'x-group': undefined,
          'x-advanced': false,
        },
      ]),
    ),
  };
}

/** What the form begins with. */
export const replaceValues = (ca: Ca): Values =>
  ca.role === 'root' ? {} : Object.fromEntries(names.map((key) => [key, ca[key]]));

const isSame = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((name, place) => name === b[place]);

export function replaceBody(ca: Ca, values: Values): Record<string, unknown> {
  const body = tidied(values);
  for (const key of ca.role === 'root' ? [] : names) {
    const wanted = (body[key] ?? []) as string[];
    if (isSame(wanted, ca[key])) delete body[key];
    else body[key] = wanted;
  }
  return body;
}

export function ReplaceForm({
  schema,
  values,
  faults,
  onChange,
  isRoot,
}: {
  isRoot: boolean;
  schema: Schema;
  values: Values;
  faults: Readonly<Record<string, string>>;
  onChange: (values: Values) => void;
}) {
  return (
    <details>
      <summary className="w-fit cursor-default rounded-control text-accent-ink">
        {isRoot ? 'With another key or lifetime' : 'With another key or other limits'}
      </summary>
      <div className="mt-4">
        <p className="mb-4 text-xs text-ink-3">What is left alone is as it is now.</p>
        <SchemaForm faults={faults} onChange={onChange} schema={schema} values={values} />
      </div>
    </details>
  );
}
