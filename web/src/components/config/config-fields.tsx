// The fields of what is configured by the schema of its kind: its name, the form of the schema, and which stored secrets are
// forgotten. Not for: saving. Invariant: faults are shown once saving was tried; those of the server at once.
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';
import { AgentField, AgentProviderField } from '@/components/config/agent-field';
import { ForgetSecrets } from '@/components/config/forget-secrets';
import { ParentField } from '@/components/config/parent-field';
import { SchemaForm, type Widget } from '@/components/schema-form/schema-form';
import { SigningSecrets } from '@/components/schema-form/signing-secrets';
import { type ConfigForm, configFaults, fitting, forgettable } from '@/lib/config-form';
import { type Schema, unlessStored } from '@/lib/json-schema';
import { Field, TextField } from '@/ui/field';
import { TextLink } from '@/ui/link';
import { Select } from '@/ui/select';

interface Props {
  form: ConfigForm;
  onChange: (patch: Partial<ConfigForm>) => void;
  schema: Schema;
  /** The secrets that are set. */
  stored: readonly string[];
  tried: boolean;
  nameFault: string | undefined;
  /** By the pointers of the configuration. */
  server: Readonly<Record<string, string>>;
  /** Another one draws the form anew. */
  drawn: number;
}

export function ConfigFields({ form, onChange, schema, stored, tried, nameFault, server, drawn }: Props) {
  const fits = fitting(form.kind, schema, form.config);
  return (
    <>
      <TextField
        autoComplete="off"
        error={nameFault ?? (tried && form.name.trim() === '' ? 'A name is needed.' : undefined)}
        help="For people, wherever it is chosen."
        label="Name"
        maxLength={200}
        onChange={(event) => onChange({ name: event.target.value })}
        value={form.name}
      />
      <SchemaForm
        faults={{ ...(tried ? configFaults(form, fits, stored) : {}), ...server }}
        key={`${form.kind} ${drawn}`}
        onChange={(config) => onChange({ config })}
        schema={unlessStored(fits, stored)}
        stored={stored}
        values={form.config}
        widgets={{
          dns_provider: (props) => <DnsProviderField {...props} />,
          agent_id: (props) => <AgentField {...props} />,
          ...(form.kind === 'agent'
            ? { provider: (props) => <AgentProviderField {...props} agent={form.config.agent_id} /> }
            : {}),
          parent: (props) => <ParentField {...props} />,
          secrets: (props) => <SigningSecrets {...props} stored={stored.includes('secrets')} />,
        }}
      />
      <ForgetSecrets
        onChange={(without) => onChange({ without })}
        schema={schema}
        secrets={forgettable(fits, stored)}
        without={form.without}
      />
    </>
  );
}

/** One of the DNS providers that there are. */
function DnsProviderField({ field, value, error, onChange }: Parameters<Widget>[0]) {
  const providers = useQuery(q('/dns-providers', { query: { limit: 500 } })).data?.items;
  return (
    <Field
      error={error}
      help={
        <>
          Who sets the records of dns-01.{' '}
          <TextLink to="/issuers/dns-providers">
            {providers?.length === 0 ? 'Set one up first' : 'All of them'}
          </TextLink>
        </>
      }
      label={field.label}
    >
      {(ids) => (
        <Select
          {...ids}
          invalid={error !== undefined}
          onChange={onChange}
          options={(providers ?? []).map((each) => ({ value: each.id, label: each.name }))}
          placeholder={providers?.length === 0 ? 'There is none yet' : 'Choose'}
          value={typeof value === 'string' && value !== '' ? value : null}
        />
      )}
    </Field>
  );
}
