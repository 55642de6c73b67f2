// A test of a channel: a message is really sent, and each step says what it found. Not for: starting it.

import type { Schemas } from '@/api/types';
import { CheckList } from '@/components/check-list';
import { took } from '@/lib/time';

const steps: Record<string, string> = {
  open_secrets: 'Its secrets open',
  write: 'The message can be written',
  resolve: 'The receiver has an address that may be reached',
  connect: 'Something listens there',
  send: 'The receiver took the message',
};

export function ChannelTest({ found, running }: { found?: Schemas['TestResult']; running: boolean }) {
  return (
    <div aria-live="polite">
      <CheckList
        checks={
          found && !running
            ? found.steps.map((step) => ({
                key: step.name,
                title: steps[step.name] ?? step.name.replaceAll('_', ' '),
                state: step.ok ? ('passed' as const) : ('failed' as const),
                detail: `${took(step.milliseconds)} · ${step.detail}`,
              }))
            : [{ key: 'now', title: 'A message is on its way', state: 'running' as const }]
        }
        label="Steps of the test"
      />
    </div>
  );
}
