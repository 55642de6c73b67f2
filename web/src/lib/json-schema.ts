// The part of JSON Schema that connectors describe their forms with: fields in their order and groups, and what is wrong with a value.
// Not for: drawing (SchemaForm), and not a validator for any schema: the server has the last word.
// Invariants: a value that was never given is not sent; a fault names its field by JSON pointer, as the server's faults do.

export interface Schema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  const?: unknown;
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  items?: Schema;
  /** Of an object whose keys the person chooses: a map. */
  additionalProperties?: boolean | Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  writeOnly?: boolean;
  'x-group'?: string;
  'x-order'?: number;
  'x-secret'?: boolean;
  /** Most people leave it as it is. */
  'x-advanced'?: boolean;
}

export type Values = Readonly<Record<string, unknown>>;

export interface SchemaField {
  key: string;
  label: string;
  schema: Schema;
  required: boolean;
  /** Shown from the start; the rest of its group waits under "More settings". */
  first: boolean;
  /** Waits at the end of the whole form, under "More settings" too. */
  rare: boolean;
}

export interface FieldGroup {
  name: string;
  fields: readonly SchemaField[];
}

export function labelOf(key: string, schema: Schema): string {
  if (schema.title) return schema.title;
  const words = key.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function fieldsOf(schema: Schema): SchemaField[] {
  const required = schema.required ?? [];
  const fields = Object.entries(schema.properties ?? {}).map(([key, field]) => ({
    key,
    label: labelOf(key, field),
    schema: field,
    required: required.includes(key),
    first:
      required.includes(key) ||
      field.type === 'array' ||
      field['x-group'] !== undefined ||
      field['x-advanced'] !== undefined,
    rare: field['x-advanced'] === true && !required.includes(key),
  }));
  const rank = (field: SchemaField) =>
    field.schema['x-order'] ?? (field.required ? 0 : field.schema.type === 'array' ? 1000 : 2000);
  return fields.toSorted((a, b) => rank(a) - rank(b));
}

/** Fields under the headings that the schema gives; without any, one group without a name. */
export const groupsOf = (schema: Schema): FieldGroup[] => grouped(fieldsOf(schema));

export function grouped(fields: readonly SchemaField[]): FieldGroup[] {
  const groups = new Map<string, SchemaField[]>();
  for (const field of fields) {
    const name = field.schema['x-group'] ?? '';
    groups.set(name, [...(groups.get(name) ?? []), field]);
  }
  return [...groups].map(([name, fields]) => ({ name, fields }));
}

export const isSecret = (schema: Schema) =>
  schema['x-secret'] === true || schema.writeOnly === true || schema.format === 'password';

/** An object whose keys a person chooses, such as variables of a program. */
export const isMap = (schema: Schema) =>
  schema.type === 'object' && schema.properties === undefined && typeof schema.additionalProperties === 'object';

/** The schema without what is stored already: a secret that is left empty stays. */
export const unlessStored = (schema: Schema, stored: readonly string[]): Schema => ({
  ...schema,
  required: (schema.required ?? []).filter((key) => !stored.includes(key)),
});

const given = (value: unknown) =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** The values as they are sent: what is empty is left out. */
export function tidied(values: Values): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    if (!given(value)) continue;
    if (Array.isArray(value)) {
      const items = value
        .map((item) => (typeof item === 'object' && item !== null ? tidied(item as Values) : item))
        .filter((item) => (typeof item === 'object' && item !== null ? Object.keys(item).length > 0 : given(item)));
      if (items.length > 0) kept[key] = items;
    } else if (typeof value === 'object') kept[key] = tidied(value as Values);
    else kept[key] = value;
  }
  return kept;
}

/** What a value of this pattern looks like, for those that connectors use. */
function shape(pattern: string): string {
  if (pattern === '^/') return 'It is a whole path: it begins with /.';
  if (pattern === '^0?[0-7]{3}$') return 'It is a file mode such as 0640.';
  if (pattern.startsWith('^https')) return 'It begins with https://.';
  return `It has to match ${pattern}.`;
}

function faultOf(schema: Schema, value: unknown): string | null {
  if (typeof value === 'string') {
    if (schema.pattern && !new RegExp(schema.pattern, 'u').test(value)) return shape(schema.pattern);
    if (schema.maxLength !== undefined && value.length > schema.maxLength)
      return `At most ${schema.maxLength} letters.`;
    if (schema.minLength !== undefined && value.length < schema.minLength)
      return `At least ${schema.minLength} letters.`;
  }
  if (schema.type === 'integer' || schema.type === 'number') {
    const number = typeof value === 'number' ? value : Number.NaN;
    if (Number.isNaN(number)) return 'It is a number.';
    if (schema.type === 'integer' && !Number.isInteger(number)) return 'It is a whole number.';
    if (schema.minimum !== undefined && number < schema.minimum) return `At least ${schema.minimum}.`;
    if (schema.maximum !== undefined && number > schema.maximum) return `At most ${schema.maximum}.`;
  }
  if (schema.enum && !schema.enum.includes(value)) return 'It is one of those that are offered.';
  return null;
}

/** The faults by JSON pointer (`/probe/0/address`). */
export function faultsOf(schema: Schema, values: Values, at = ''): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const field of fieldsOf(schema)) {
    const pointer = `${at}/${field.key}`;
    const value = values[field.key];
    if (!given(value)) {
      if (field.required)
        faults[pointer] =
          field.schema.const === true
            ? 'Tick it to go on.'
            : field.schema.type === 'array'
              ? 'At least one is needed.'
              : `${field.label} is needed.`;
      continue;
    }
    const items = field.schema.items;
    if (field.schema.const === true && value !== true) faults[pointer] = 'Tick it to go on.';
    else if (Array.isArray(value)) {
      if (field.schema.maxItems !== undefined && value.length > field.schema.maxItems)
        faults[pointer] = `At most ${field.schema.maxItems}.`;
      value.forEach((item, index) => {
        if (items === undefined) return;
        if (items.type === 'object')
          Object.assign(faults, faultsOf(items, (item ?? {}) as Values, `${pointer}/${index}`));
        else if (given(item)) {
          const fault = faultOf(items, item);
          if (fault) faults[`${pointer}/${index}`] = fault;
        }
      });
    } else if (isMap(field.schema) && typeof value === 'object') {
      const of = field.schema.additionalProperties as Schema;
      for (const [key, item] of Object.entries(value as Values)) {
        const fault = given(item) ? faultOf(of, item) : null;
        if (fault) faults[`${pointer}/${key}`] = fault;
      }
    } else if (field.schema.type === 'object' && typeof value === 'object')
      Object.assign(faults, faultsOf(field.schema, value as Values, pointer));
    else {
      const fault = faultOf(field.schema, value);
      if (fault) faults[pointer] = fault;
    }
  }
  return faults;
}
