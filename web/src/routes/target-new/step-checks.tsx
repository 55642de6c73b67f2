// Step 3: the test on the host, check by check as each ends, with what was measured and what to do. It begins by itself.
// What passed can be saved from here; certificates are attached in the next step, or later.
import { Play, RotateCw } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import type { Certificate } from '@/api/types';
import { CheckList } from '@/components/check-list';
import { ErrorState } from '@/components/error-state';
import { useTargetTest } from '@/components/targets/use-target-test';
import { useKeys } from '@/lib/keyboard';
import { blocked, type TargetDraft } from '@/lib/target-checks';
import { failing, isOf, isOpen, itemsOf, untested } from '@/lib/target-test';
import { count } from '@/lib/words';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { Refused } from './refused';
import { useChecks } from './use-checks';
import { useSaveTarget } from './use-save';

const NOTHING: readonly Certificate[] = [];

interface Props {
  title: string;
  draft: TargetDraft;
  faults: Readonly<Record<string, string>>;
  onChange: (next: Partial<TargetDraft>) => void;
  onBack: () => void;
  onNext: () => void;
}

export function StepChecks({ title, draft, faults, onChange, onBack, onNext }: Props) {
  const { checks, error, again } = useChecks(draft, faults);
  const {
    test,
    error: refused,
    start,
  } = useTargetTest({
    draft,
    testId: draft.test_id ?? null,
    onStarted: (id) => onChange({ test_id: id }),
  });
  const of = test && isOf(test, draft) ? test : undefined;
  const reason = blocked(checks) ?? untested(of, draft);
  const running = start.isPending || (of !== undefined && isOpen(of));
  const failed = of ? failing(of) : [];
  // What was never tested is tested at once; what failed is tested again when a person says so.
  const begun = useRef(false);
  const ready = blocked(checks) === null && (draft.test_id === undefined || test !== undefined || refused !== null);
  useEffect(() => {
    if (begun.current || !ready || of || start.isPending) return;
    begun.current = true;
    start.mutate([]);
  }, [ready, of, start]);
  const warnings = of?.checks.filter((check) => check.state === 'warning').length ?? 0;
  const save = useSaveTarget(draft, NOTHING);
  const missing = may(useCaller(), 'targets.manage') ?? reason;
  const keep = () => {
    if (missing === null && !save.isPending) save.mutate();
  };
  useKeys([{ keys: 'Ctrl+Enter', label: 'Save the target', group: 'This form', run: keep }]);
  return (
    <Panel
      actions={
        <>
          {failed.length > 0 && !running ? (
            <Button icon={<RotateCw size={14} />} onClick={() => start.mutate(failed)} size="sm">
              Test again what failed
            </Button>
          ) : null}
          <Button
            busy={running}
            disabledReason={blocked(checks)}
            icon={<Play size={14} />}
            onClick={() => start.mutate([])}
            size="sm"
            variant="ghost"
          >
            Test all
          </Button>
        </>
      }
      className="max-w-220"
      note={title}
      title={`Test of ${draft.name}`}
    >
      {error ? <ErrorState error={error} onRetry={again} what="What is checked" /> : null}
      {refused && !of ? (
        <ErrorState error={refused} onRetry={() => start.mutate([])} what="The test on the host" />
      ) : null}
      <div aria-live="polite">
        <CheckList checks={[...checks, ...(of ? itemsOf(of) : [])]} label="Checks" />
      </div>
      <p className="mt-4 text-xs text-ink-3">
        The agent carries them out on its host, beside its deployments. Nothing that is served is changed, and nothing
        is reloaded.
      </p>
      <Refused error={save.error} />
      <div className="mt-5 flex items-center gap-2 border-t border-line pt-4">
        <Button onClick={onBack} variant="ghost">
          Back
        </Button>
        <span className="ms-auto text-xs text-ink-3">
          {missing ?? (warnings > 0 ? count(warnings, 'warning') : 'The draft is kept in this browser.')}
        </span>
        <Button disabledReason={reason} onClick={onNext}>
          Attach certificates…
        </Button>
        <Button busy={save.isPending} disabledReason={missing} onClick={keep} variant="primary">
          Save target
        </Button>
      </div>
    </Panel>
  );
}
