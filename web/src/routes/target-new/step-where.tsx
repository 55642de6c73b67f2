// Step 2: which agent, what it is called, and the connector's own form.
import { type FormEvent, useRef, useState } from 'react';
import { SchemaForm } from '@/components/schema-form/schema-form';
import { type TargetKind, useAgents } from '@/components/targets/use-kinds';
import { agentStatus } from '@/lib/agent-words';
import { useKeys } from '@/lib/keyboard';
import type { TargetDraft } from '@/lib/target-checks';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Field, TextField } from '@/ui/field';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { Select } from '@/ui/select';

interface Props {
  kind: TargetKind;
  draft: TargetDraft;
  faults: Readonly<Record<string, string>>;
  onChange: (next: Partial<TargetDraft>) => void;
  onBack: () => void;
  onNext: () => void;
}

export function StepWhere({ kind, draft, faults, onChange, onBack, onNext }: Props) {
  const { agents } = useAgents();
  const [tried, setTried] = useState(false);
  const summary = useRef<HTMLDivElement>(null);
  const usable = agents?.filter((agent) => agent.state !== 'retired') ?? [];
  const own: Record<string, string> = {
    ...(draft.agent_id ? {} : { '/agent_id': 'Choose the agent that deploys there.' }),
    ...(draft.name.trim() ? {} : { '/name': 'A name is needed.' }),
  };
  const all = { ...own, ...faults };
  const next = () => {
    setTried(true);
    if (Object.keys(all).length === 0) onNext();
    else requestAnimationFrame(() => summary.current?.focus());
  };
  useKeys([{ keys: 'Ctrl+Enter', label: 'Next step', group: 'This form', run: next, inFields: true }]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    next();
  };
  return (
    <Panel className="max-w-220" note={kind.title} title="Where it is">
      <form className="flex max-w-150 flex-col gap-5" noValidate onSubmit={submit}>
        {tried && Object.keys(all).length > 0 ? (
          <div ref={summary} role="alert" tabIndex={-1}>
            <Banner className="rounded-control" tone="crit">
              {Object.values(all).join(' ')}
            </Banner>
          </div>
        ) : null}
        <Field
          error={tried ? own['/agent_id'] : undefined}
          help={
            agents && usable.length === 0 ? (
              <>
                No agent has joined yet. <TextLink to="/agents/enrol">Enrol one</TextLink> on the host first; this draft
                is kept.
              </>
            ) : (
              'It runs on the host, makes the key there and installs the files.'
            )
          }
          label="Agent"
        >
          {(ids) => (
            <Select
              {...ids}
              invalid={tried && own['/agent_id'] !== undefined}
              onChange={(agent_id) => onChange({ agent_id })}
              options={usable.map((agent) => ({
                value: agent.id,
                label: agent.name,
                hint: [
                  agentStatus(agent).label.toLowerCase(),
                  agent.capabilities.includes(kind.kind) ? '' : 'does not allow this type',
                ]
                  .filter(Boolean)
                  .join(', '),
              }))}
              placeholder="Choose an agent"
              value={usable.some((agent) => agent.id === draft.agent_id) ? draft.agent_id : null}
            />
          )}
        </Field>
        <TextField
          autoComplete="off"
          error={tried ? own['/name'] : undefined}
          help="For people, such as the service that it is: checkout, vpn."
          label="Name"
          maxLength={200}
          onChange={(event) => onChange({ name: event.target.value })}
          value={draft.name}
        />
        <hr className="border-line" />
        <SchemaForm
          faults={tried ? faults : {}}
          onChange={(config) => onChange({ config })}
          schema={kind.schema}
          values={draft.config}
        />
        <div className="flex items-center gap-2 border-t border-line pt-4">
          <Button onClick={onBack} type="button" variant="ghost">
            Back
          </Button>
          <span className="ms-auto text-xs text-ink-3">The draft is kept in this browser.</span>
          <Button type="submit" variant="primary">
            Test it
          </Button>
        </div>
      </form>
    </Panel>
  );
}
