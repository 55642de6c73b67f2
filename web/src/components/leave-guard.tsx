// What was written and not saved is not lost by a click elsewhere: leaving asks first. Not for: leaving after it was saved, which
// navigates with `ignoreBlocker`.
import { useBlocker } from '@tanstack/react-router';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';

export function LeaveGuard({ dirty }: { dirty: boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname,
    enableBeforeUnload: dirty,
    withResolver: true,
  });
  if (status !== 'blocked') return null;
  return (
    <Dialog
      footer={
        <>
          <Button onClick={reset}>Stay here</Button>
          <Button onClick={proceed} variant="danger">
            Leave without saving
          </Button>
        </>
      }
      onOpenChange={(open) => !open && reset()}
      open
      title="Leave without saving?"
    >
      <p className="text-sm text-ink-2">What was changed here is not saved yet.</p>
    </Dialog>
  );
}
