// Step 3: the checks, one under the other, each with what was seen and what to do.
import { RotateCw } from 'lucide-react';
import { CheckList } from '@/components/check-list';
import { ErrorState } from '@/components/error-state';
import { useKeys } from '@/lib/keyboard';
import { blocked, type TargetDraft } from '@/lib/target-checks';
import { count } from '@/lib/words';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { useChecks } from './use-checks';

interface Props {
  title: string;
  draft: TargetDraft;
  faults: Readonly<Record<string, string>>;
  onBack: () => void;
  onNext: () => void;
}

export function StepChecks({ title, draft, faults, onBack, onNext }: Props) {
  const { checks, error, again, running } = useChecks(draft, faults);
  const reason = blocked(checks);
  const warnings = checks.filter((check) => check.state === 'warning').length;
  useKeys([{ keys: 'Ctrl+Enter', label: 'Next step', group: 'This form', run: () => reason === null && onNext() }]);
  return (
    <Panel
      actions={
        <Button busy={running} icon={<RotateCw size={14} />} onClick={again} size="sm" variant="ghost">
          Test again
        </Button>
      }
      className="max-w-220"
      note={title}
      title={`Test of ${draft.name}`}
    >
      {error ? <ErrorState error={error} onRetry={again} what="What is checked" /> : null}
      <div aria-live="polite">
        <CheckList checks={checks} label="Checks" />
      </div>
      <div className="mt-5 flex items-center gap-2 border-t border-line pt-4">
        <Button onClick={onBack} variant="ghost">
          Back
        </Button>
        <span className="ms-auto text-xs text-ink-3">
          {reason ?? (warnings > 0 ? count(warnings, 'warning') : 'The draft is kept in this browser.')}
        </span>
        <Button disabledReason={reason} onClick={onNext} variant="primary">
          Next: save
        </Button>
      </div>
    </Panel>
  );
}
