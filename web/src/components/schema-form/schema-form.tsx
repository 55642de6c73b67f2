// A form that a connector's JSON Schema describes: fields in the schema's order and groups, with its words as help.
// Not for: saving. Invariants: values live with the caller; a secret is write-only and never shown; faults come by JSON pointer.
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { cx } from '@/lib/cx';
import {
  fieldsOf,
  grouped,
  groupsOf,
  isMap,
  isSecret,
  type Schema,
  type SchemaField,
  tidied,
  type Values,
} from '@/lib/json-schema';
import { keyName } from '@/lib/key-names';
import { Button, IconButton } from '@/ui/button';
import { CheckGroup } from '@/ui/check-field';
import { Checkbox } from '@/ui/checkbox';
import { Field, inputLook, inputShape, TextArea, TextField } from '@/ui/field';
import { Select } from '@/ui/select';

interface Props {
  schema: Schema;
  values: Values;
  onChange: (values: Values) => void;
  /** By JSON pointer. */
  faults: Readonly<Record<string, string>>;
  /** Secrets that are stored already: left empty, they stay. All of them, or those that are named. */
  stored?: boolean | readonly string[];
  /** Fields that have something better than their type's. */
  widgets?: Readonly<Record<string, Widget>>;
}

export type Widget = (props: {
  field: SchemaField;
  value: unknown;
  error: string | undefined;
  onChange: (value: unknown) => void;
}) => React.ReactNode;

export function SchemaForm({ schema, values, onChange, faults, stored, widgets }: Props) {
  // What had a value at the start is in sight; what gets one later stays where it is, so that no field moves while it is written in.
  const [given] = useState(() => tidied(values));
  const fields = fieldsOf(schema);
  const rare = fields.filter((field) => field.rare && !Object.hasOwn(given, field.key));
  const groups = grouped(fields.filter((field) => !rare.includes(field)));
  const set = (key: string, value: unknown) => onChange({ ...values, [key]: value });
  const one = (field: SchemaField) => {
    const widget = widgets?.[field.key];
    if (widget)
      return (
        <div key={field.key}>
          {widget({
            field,
            value: values[field.key],
            error: faults[`/${field.key}`],
            onChange: (value) => set(field.key, value),
          })}
        </div>
      );
    return (
      <FieldOf
        at={`/${field.key}`}
        faults={faults}
        field={field}
        key={field.key}
        onChange={(value) => set(field.key, value)}
        stored={Array.isArray(stored) ? stored.includes(field.key) : stored === true}
        value={values[field.key]}
      />
    );
  };
  return (
    <div className="flex flex-col gap-5">
      {groups.map((group) => {
        const first = group.fields.filter((field) => field.first || Object.hasOwn(given, field.key));
        const rest = group.fields.filter((field) => !first.includes(field));
        return (
          <div className="flex flex-col gap-4" key={group.name}>
            {group.name ? <h3 className="font-semibold">{group.name}</h3> : null}
            {first.map(one)}
            {rest.length > 0 ? (
              <More fields={rest} forced={rest.some((field) => faults[`/${field.key}`] !== undefined)}>
                {rest.map(one)}
              </More>
            ) : null}
          </div>
        );
      })}
      {rare.length > 0 ? (
        <More fields={rare} forced={rare.some((field) => faults[`/${field.key}`] !== undefined)}>
          {grouped(rare).map((group) => (
            <div className="flex flex-col gap-4" key={group.name}>
              {group.name ? <h3 className="font-semibold">{group.name}</h3> : null}
              {group.fields.map(one)}
            </div>
          ))}
        </More>
      ) : null}
      {fields.length === 0 ? <p className="text-ink-3">There is nothing to set.</p> : null}
    </div>
  );
}

function More({
  fields,
  forced,
  children,
}: {
  fields: readonly SchemaField[];
  /** One of them is at fault: they are in sight. */
  forced: boolean;
  children: React.ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)} open={open || forced}>
      <summary className="w-fit cursor-default rounded-control text-accent-ink">
        More settings <span className="text-ink-3">({fields.map((field) => within(field.label)).join(', ')})</span>
      </summary>
      <div className="mt-4 flex flex-col gap-4">{children}</div>
    </details>
  );
}

/** A label inside of a sentence: what is written in capitals stays. */
const within = (label: string) => (/^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label);

/** One of what a label names: "permitted name". */
const one = (label: string) => within(label).replace(/([^s])s$/, '$1');

/** A secret that may be longer than this is a file, such as the key of a service account. */
const LONG = 8192;

interface OneProps {
  field: SchemaField;
  value: unknown;
  at: string;
  faults: Readonly<Record<string, string>>;
  stored?: boolean;
  onChange: (value: unknown) => void;
}

function FieldOf({ field, value, at, faults, stored, onChange }: OneProps) {
  const { schema, label } = field;
  const error = faults[at];
  const optional = !field.required;
  const preset = schema.default === undefined || schema.default === '' ? undefined : String(schema.default);
  const help = schema.description;
  if (schema.type === 'boolean') {
    const checked = typeof value === 'boolean' ? value : schema.default === true;
    return (
      <label className="flex items-start gap-2.5" htmlFor={`schema${at}`}>
        <Checkbox
          checked={checked}
          className="mt-0.5"
          id={`schema${at}`}
          label={label}
          onChange={(event) => onChange(event.target.checked)}
        />
        <span>
          <span className="text-sm font-medium">{label}</span>
          {error ? (
            <span className="block text-xs text-crit">{error}</span>
          ) : help ? (
            <span className="block text-xs text-ink-3">{help}</span>
          ) : null}
        </span>
      </label>
    );
  }
  if (schema.enum)
    return (
      <Field error={error} help={help} label={label} optional={optional}>
        {(ids) => (
          <Select
            {...ids}
            invalid={error !== undefined}
            onChange={onChange}
            options={(schema.enum ?? []).map((each) => ({
              value: String(each),
              label: keyName(String(each)).replaceAll('_', ' '),
            }))}
            value={typeof value === 'string' ? value : (preset ?? null)}
          />
        )}
      </Field>
    );
  const offered = schema.type === 'array' ? schema.items?.enum : undefined;
  if (offered)
    return (
      <CheckGroup
        chosen={
          Array.isArray(value) ? value.map(String) : Array.isArray(schema.default) ? schema.default.map(String) : []
        }
        error={error}
        help={help}
        label={label}
        onChange={onChange}
        options={offered.map((each) => ({ value: String(each), label: String(each) }))}
      />
    );
  if (isMap(schema))
    return <Pairs at={at} faults={faults} field={field} onChange={onChange} stored={stored} value={value} />;
  if (schema.type === 'array') return <Rows at={at} faults={faults} field={field} onChange={onChange} value={value} />;
  if (schema.type === 'integer' || schema.type === 'number')
    return (
      <Field error={error} help={help} label={label} optional={optional}>
        {(ids) => (
          <input
            {...ids}
            className={cx('nums w-40', inputShape)}
            inputMode="numeric"
            onChange={(event) => {
              const text = event.target.value.trim();
              const number = Number(text);
              onChange(text === '' ? undefined : Number.isNaN(number) ? text : number);
            }}
            placeholder={preset}
            value={value === undefined || value === null ? '' : String(value)}
          />
        )}
      </Field>
    );
  const text = typeof value === 'string' ? value : '';
  // A line of a password field would swallow the breaks of what has several.
  if (isSecret(schema) && (schema.format === 'textarea' || (schema.maxLength ?? 0) > LONG))
    return (
      <TextArea
        autoComplete="off"
        error={error}
        help={help}
        label={label}
        mono
        onChange={(event) => onChange(event.target.value)}
        optional={optional || stored}
        placeholder={stored ? 'stored; leave empty to keep it' : undefined}
        rows={4}
        spellCheck={false}
        value={text}
      />
    );
  if (isSecret(schema))
    return (
      <TextField
        autoComplete="new-password"
        error={error}
        help={help}
        label={label}
        mono
        onChange={(event) => onChange(event.target.value)}
        optional={optional || stored}
        placeholder={stored ? 'stored; leave empty to keep it' : undefined}
        type="password"
        value={text}
      />
    );
  if (schema.format === 'pem')
    return (
      <TextArea
        error={error}
        help={help}
        label={label}
        mono
        onChange={(event) => onChange(event.target.value)}
        optional={optional}
        placeholder="-----BEGIN CERTIFICATE-----"
        rows={5}
        spellCheck={false}
        value={text}
      />
    );
  return (
    <TextField
      autoComplete="off"
      error={error}
      help={help}
      label={label}
      mono={schema.pattern === '^/'}
      onChange={(event) => onChange(event.target.value)}
      optional={optional}
      placeholder={preset}
      spellCheck={false}
      value={text}
    />
  );
}

interface Pair {
  name: string;
  text: string;
}

/** Names with values, such as variables. What has no name yet is not sent. */
function Pairs({ field, value, at, faults, stored, onChange }: OneProps) {
  const { schema, label } = field;
  const secret = isSecret(schema);
  const [pairs, setPairs] = useState<readonly Pair[]>(() =>
    Object.entries((value ?? {}) as Values).map(([name, text]) => ({ name, text: String(text) })),
  );
  const full = schema.maxProperties !== undefined && pairs.length >= schema.maxProperties;
  const put = (next: readonly Pair[]) => {
    setPairs(next);
    onChange(Object.fromEntries(next.filter(({ name }) => name.trim() !== '').map((it) => [it.name.trim(), it.text])));
  };
  const write = (index: number, patch: Partial<Pair>) =>
    put(pairs.map((pair, place) => (place === index ? { ...pair, ...patch } : pair)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">
        {label}
        {field.required ? null : <span className="ms-1.5 font-normal text-ink-3">optional</span>}
      </legend>
      <p className="-mt-1 text-xs text-ink-3">
        {stored && pairs.length === 0 ? 'Stored. What is written here replaces all of it. ' : ''}
        {schema.description}
      </p>
      {pairs.map((pair, index) => (
        // Pairs have no identity of their own; they are told apart by their places.
        <div className="flex items-start gap-2" key={index.toString()}>
          <input
            aria-label={`Name ${index + 1} of ${label.toLowerCase()}`}
            autoComplete="off"
            className={cx(inputLook, 'font-mono')}
            onChange={(event) => write(index, { name: event.target.value })}
            placeholder="NAME"
            spellCheck={false}
            value={pair.name}
          />
          <input
            aria-invalid={faults[`${at}/${pair.name}`] ? true : undefined}
            aria-label={`Value ${index + 1} of ${label.toLowerCase()}`}
            autoComplete={secret ? 'new-password' : 'off'}
            className={cx(inputLook, 'font-mono')}
            onChange={(event) => write(index, { text: event.target.value })}
            placeholder="value"
            spellCheck={false}
            type={secret ? 'password' : 'text'}
            value={pair.text}
          />
          <IconButton
            icon={<X size={14} />}
            label={`Remove ${label.toLowerCase()} ${index + 1}`}
            onClick={() => put(pairs.filter((_, place) => place !== index))}
          />
        </div>
      ))}
      {faults[at] ? <p className="text-xs text-crit">{faults[at]}</p> : null}
      <Button
        className="self-start"
        disabledReason={full ? `at most ${schema.maxProperties}` : null}
        icon={<Plus size={14} />}
        onClick={() => put([...pairs, { name: '', text: '' }])}
        size="sm"
      >
        Add variable
      </Button>
    </fieldset>
  );
}

function Rows({ field, value, at, faults, onChange }: OneProps) {
  const { schema, label } = field;
  const items = schema.items ?? {};
  const rows: readonly unknown[] = Array.isArray(value) ? value : [];
  const columns = items.type === 'object' ? groupsOf(items).flatMap((group) => group.fields) : null;
  const set = (index: number, next: unknown) => onChange(rows.map((row, place) => (place === index ? next : row)));
  const full = schema.maxItems !== undefined && rows.length >= schema.maxItems;
  const cell = (text: unknown, name: string, pointer: string, hint: string | undefined, write: (t: string) => void) => (
    <div className="min-w-0 flex-1" key={pointer}>
      <input
        aria-invalid={faults[pointer] ? true : undefined}
        aria-label={name}
        className={cx(inputLook, 'font-mono')}
        onChange={(event) => write(event.target.value)}
        placeholder={hint}
        spellCheck={false}
        value={typeof text === 'string' ? text : ''}
      />
      {faults[pointer] ? <p className="mt-1 text-xs text-crit">{faults[pointer]}</p> : null}
    </div>
  );
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">
        {label}
        {field.required ? null : <span className="ms-1.5 font-normal text-ink-3">optional</span>}
      </legend>
      {schema.description ? <p className="-mt-1 text-xs text-ink-3">{schema.description}</p> : null}
      {rows.map((row, index) => (
        // Rows have no identity of their own; they are told apart by their places.
        <div className="flex items-start gap-2" key={index.toString()}>
          {columns === null
            ? cell(row, `${label} ${index + 1}`, `${at}/${index}`, undefined, (text) => set(index, text))
            : columns.map((column) =>
                cell(
                  (row as Values)[column.key],
                  `${column.label} ${index + 1}`,
                  `${at}/${index}/${column.key}`,
                  `${column.schema.description ?? column.label}${column.required ? '' : ' (optional)'}`,
                  (text) => set(index, { ...(row as Values), [column.key]: text }),
                ),
              )}
          <IconButton
            icon={<X size={14} />}
            label={`Remove ${label.toLowerCase()} ${index + 1}`}
            onClick={() => onChange(rows.filter((_, place) => place !== index))}
          />
        </div>
      ))}
      {faults[at] ? <p className="text-xs text-crit">{faults[at]}</p> : null}
      <Button
        className="self-start"
        disabledReason={full ? `at most ${schema.maxItems}` : null}
        icon={<Plus size={14} />}
        onClick={() => onChange([...rows, columns === null ? '' : {}])}
        size="sm"
      >
        Add {one(label)}
      </Button>
    </fieldset>
  );
}
