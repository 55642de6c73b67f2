// Step 4: what will be made, which certificates are deployed there, what happens next; then it is saved.
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { q } from '@/api/client';
import type { Certificate } from '@/api/types';
import { StatusText } from '@/components/status-text';
import { useAgents } from '@/components/targets/use-kinds';
import { useTargetTest } from '@/components/targets/use-target-test';
import { tidied } from '@/lib/json-schema';
import { useKeys } from '@/lib/keyboard';
import { blocked, probesOf, type TargetDraft } from '@/lib/target-checks';
import { untested } from '@/lib/target-test';
import { conditions } from '@/lib/tokens';
import { count } from '@/lib/words';
import { Button } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { inputLook } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';
import { say } from '@/ui/toast';
import { Refused } from './refused';
import { useChecks } from './use-checks';
import { useSaveTarget } from './use-save';

interface Props {
  title: string;
  draft: TargetDraft;
  faults: Readonly<Record<string, string>>;
  onChange: (next: Partial<TargetDraft>) => void;
  onBack: () => void;
}

export function StepSave({ title, draft, faults, onBack }: Props) {
  const caller = useCaller();
  const navigate = useNavigate();
  const { nameOf } = useAgents();
  const { checks } = useChecks(draft, faults);
  const [attached, setAttached] = useState<readonly Certificate[]>([]);
  const tested = useTargetTest({ draft, testId: draft.test_id ?? null, onStarted: () => {} });
  const reason = may(caller, 'targets.manage') ?? blocked(checks) ?? untested(tested.test, draft);
  const save = useSaveTarget(draft, attached);
  const start = () => {
    if (reason === null && !save.isPending) save.mutate();
  };
  useKeys([{ keys: 'Ctrl+Enter', label: 'Save the target', group: 'This form', run: start, inFields: true }]);
  const probes = probesOf(tidied(draft.config));
  const path = draft.config.certificate_path;
  return (
    <div className="grid max-w-220 grid-cols-2 items-start gap-4 tablet:grid-cols-1">
      <Panel flush title="What is made">
        <PropertyList
          items={[
            ['Name', draft.name],
            ['Type', title],
            ['Agent', nameOf(draft.agent_id)],
            typeof path === 'string' ? ['Certificate', <code key="path">{path}</code>] : null,
            ['Proof', probes.length === 0 ? 'none' : probes.map((probe) => probe.address).join(', ')],
          ]}
        />
      </Panel>
      <Attach attached={attached} onChange={setAttached} />
      <div className="col-span-full flex flex-col gap-4">
        <p className="text-ink-2">
          {attached.length === 0
            ? 'Nothing is deployed yet: that begins with the first certificate that names this target.'
            : `${count(attached.length, 'certificate')} will be deployed there at once; its agent makes a key of its own for each. The page of the target shows each step.`}
        </p>
        <Refused error={save.error} />
        <div className="flex items-center gap-2 border-t border-line pt-4">
          <Button onClick={onBack} variant="ghost">
            Back
          </Button>
          <span className="ms-auto text-xs text-ink-3">{reason}</span>
          <Button
            onClick={() => {
              say('The draft is kept in this browser');
              void navigate({ to: '/targets' });
            }}
          >
            Keep as draft
          </Button>
          <Button busy={save.isPending} disabledReason={reason} onClick={start} variant="primary">
            Save target
          </Button>
        </div>
      </div>
    </div>
  );
}

function Attach(props: { attached: readonly Certificate[]; onChange: (attached: readonly Certificate[]) => void }) {
  const { attached, onChange } = props;
  const caller = useCaller();
  const [text, setText] = useState('');
  const missing = may(caller, 'certificates.update');
  const found = useQuery({
    ...q('/certificates', { query: { limit: 8, sort: 'name', archived: false, ...(text ? { q: text } : {}) } }),
    placeholderData: (before) => before,
    enabled: missing === null,
  }).data;
  const others = found?.items.filter((row) => !attached.some((one) => one.id === row.id)) ?? [];
  return (
    <Panel note="optional" title="Certificates">
      {missing ? (
        <p className="text-ink-3">Attaching certificates {missing}.</p>
      ) : (
        <>
          <input
            aria-label="Search certificates"
            className={inputLook}
            onChange={(event) => setText(event.target.value.trim())}
            placeholder="Search by name"
            type="search"
          />
          <ul className="mt-2 flex flex-col">
            {[...attached, ...others].map((row) => {
              const on = attached.some((one) => one.id === row.id);
              return (
                <li className="flex h-9 items-center gap-2.5" key={row.id}>
                  <Checkbox
                    checked={on}
                    label={row.name}
                    onChange={() => onChange(on ? attached.filter((one) => one.id !== row.id) : [...attached, row])}
                  />
                  <span className="min-w-0 flex-1 truncate">{row.name}</span>
                  <StatusText className="text-xs" status={conditions[row.condition]} />
                </li>
              );
            })}
            {found && others.length === 0 && attached.length === 0 ? (
              <li className="py-2 text-ink-3">
                {text ? 'No certificate is called so.' : 'There is no certificate yet.'}
              </li>
            ) : null}
          </ul>
        </>
      )}
    </Panel>
  );
}
