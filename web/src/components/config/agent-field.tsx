// The agent that does something here, and what of its own policy it does it by. Not for: the agent of a target (its wizard has a
// field of its own).
import type { Widget } from '@/components/schema-form/schema-form';
import { useAgents } from '@/components/targets/use-kinds';
import { agentStatus } from '@/lib/agent-words';
import { Field } from '@/ui/field';
import { TextLink } from '@/ui/link';
import { Select } from '@/ui/select';

export function AgentField({ field, value, error, onChange }: Parameters<Widget>[0]) {
  const { agents } = useAgents();
  const usable = agents?.filter((agent) => agent.state !== 'retired') ?? [];
  return (
    <Field
      error={error}
      help={
        agents && usable.length === 0 ? (
          <>
            No agent has joined yet. <TextLink to="/agents/enrol">Enrol one</TextLink> first.
          </>
        ) : (
          field.schema.description
        )
      }
      label={field.label}
    >
      {(ids) => (
        <Select
          {...ids}
          invalid={error !== undefined}
          onChange={onChange}
          options={usable.map((agent) => ({
            value: agent.id as string,
            label: agent.name,
            hint: agentStatus(agent).label.toLowerCase(),
          }))}
          placeholder="Choose an agent"
          value={typeof value === 'string' && value !== '' ? value : null}
        />
      )}
    </Field>
  );
}

/** One of the DNS providers of the chosen agent's policy. */
export function AgentProviderField({
  agent,
  field,
  value,
  error,
  onChange,
}: Parameters<Widget>[0] & { agent: unknown }) {
  const { agents } = useAgents();
  const chosen = agents?.find((each) => each.id === agent);
  const known = chosen?.dns_providers ?? [];
  const text = typeof value === 'string' && value !== '' ? value : null;
  const help =
    chosen === undefined
      ? 'Choose the agent first: its policy names its providers.'
      : known.length === 0
        ? `The policy of ${chosen.name} names none: add one there, such as [dns.lab], and start it again.`
        : 'It is in the agent’s policy, and so are its credentials and the zones that it may write to.';
  return (
    <Field error={error} help={help} label={field.label}>
      {(ids) => (
        <Select
          {...ids}
          invalid={error !== undefined}
          onChange={onChange}
          options={[
            ...known.map(({ name, kind, zones }) => ({
              value: name,
              label: name,
              hint: `${kind}, ${zones.join(', ')}`,
            })),
            // What was chosen before, and is not in the policy now.
            ...(text !== null && !known.some(({ name }) => name === text) ? [{ value: text, label: text }] : []),
          ]}
          placeholder={known.length === 0 ? 'There is none' : 'Choose'}
          value={text}
        />
      )}
    </Field>
  );
}
