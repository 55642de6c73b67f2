// The last test of a target on its host: each check as it ends, what was measured, what to do, and testing again.
import { Play, RotateCw } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '@/api/types';
import { CheckList } from '@/components/check-list';
import { ErrorState } from '@/components/error-state';
import { useTargetTest } from '@/components/targets/use-target-test';
import { TimeAgo } from '@/components/times';
import { failing, isOpen, itemsOf } from '@/lib/target-test';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';

interface Props {
  it: Schemas['Target'];
  /** Why it may not be tested. */
  reason: string | null;
}

export function LastTest({ it, reason }: Props) {
  const [started, setStarted] = useState<string | null>(null);
  const last = it.last_test?.id ?? null;
  // Ids sort by age: a test that somebody else started later is the last one.
  const testId = started !== null && (last === null || started > last) ? started : last;
  const { test, error, start } = useTargetTest({ targetId: it.id, testId, onStarted: setStarted });
  const running = start.isPending || (test !== undefined && isOpen(test));
  const failed = test ? failing(test) : [];
  return (
    <Panel
      actions={
        <>
          {failed.length > 0 && !running ? (
            <Button
              disabledReason={reason}
              icon={<RotateCw size={14} />}
              onClick={() => start.mutate(failed)}
              size="sm"
              variant="ghost"
            >
              Test again what failed
            </Button>
          ) : null}
          <Button
            busy={running}
            disabledReason={reason}
            icon={<Play size={14} />}
            onClick={() => start.mutate([])}
            size="sm"
            variant="ghost"
          >
            Test
          </Button>
        </>
      }
      note={test ? <TimeAgo at={test.ended_at ?? test.created_at} /> : undefined}
      title="Last test"
    >
      {error ? <ErrorState error={error} onRetry={() => start.mutate([])} what="The test" /> : null}
      {test ? (
        <div aria-live="polite">
          <CheckList checks={itemsOf(test)} label="Checks" />
        </div>
      ) : testId !== null && !error ? (
        <SkeletonRows rows={5} />
      ) : error ? null : (
        <p className="text-ink-3">
          This configuration was not tested. A test asks the agent, check by check, whether a deployment would work;
          nothing that is served is changed.
        </p>
      )}
    </Panel>
  );
}
