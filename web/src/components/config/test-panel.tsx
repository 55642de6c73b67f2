// A test of what is configured, step by step, with what each step found. Not for: starting it.
// Invariant: a step that was not tried is not shown as passed.
import type { ReactNode } from 'react';
import type { Schemas } from '@/api/types';
import { CheckList } from '@/components/check-list';
import { ErrorState } from '@/components/error-state';
import { sentence } from '@/lib/cause-words';
import { took } from '@/lib/time';
import { Panel } from '@/ui/panel';

interface Props {
  test: {
    data: Schemas['TestResult'] | undefined;
    error: unknown;
    isFetching: boolean;
    refetch: () => unknown;
  };
  note: string;
  /** What is done while nothing is known yet. */
  doing: string;
  titleOf: (step: string) => string;
  /** Above the steps. */
  children?: ReactNode;
  /** Before it ran. */
  title?: string;
}

const NOT_TRIED = 'not tried: ';

function checkOf({ name, ok, milliseconds, detail }: Schemas['TestStep'], titleOf: (step: string) => string) {
  const left = detail.startsWith(NOT_TRIED);
  return {
    key: name,
    title: titleOf(name),
    state: left ? ('waiting' as const) : ok ? ('passed' as const) : ('failed' as const),
    detail: left ? sentence(detail) : `${took(milliseconds)} · ${detail}`,
  };
}

export function TestPanel({ test, note, doing, titleOf, children, title }: Props) {
  const { data, error, isFetching } = test;
  const words = isFetching ? 'Testing' : data ? (data.ok ? 'The test passed' : 'The test failed') : (title ?? 'Test');
  return (
    <Panel note={note} title={words}>
      <div className="flex flex-col gap-5">
        {children}
        {error && !isFetching ? (
          <ErrorState error={error} onRetry={() => void test.refetch()} what="The test" />
        ) : data || isFetching ? (
          <div aria-live="polite">
            <CheckList
              checks={
                data && !isFetching
                  ? data.steps.map((step) => checkOf(step, titleOf))
                  : [{ key: 'now', title: doing, state: 'running' as const }]
              }
              label="Steps of the test"
            />
          </div>
        ) : null}
      </div>
    </Panel>
  );
}
