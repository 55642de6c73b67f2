// The session ended while a page was open: sign in over it, and what was there goes on.
import { useQueryClient } from '@tanstack/react-query';
import { signedIn, useSignedOut } from '@/api/session';
import { SignInForm } from '@/routes/sign-in/form';
import { Dialog } from '@/ui/dialog';

export function SignInAgain() {
  const out = useSignedOut();
  const queries = useQueryClient();
  return (
    <Dialog
      closable={false}
      description="Your session has ended. What you see stays as it is."
      onOpenChange={() => undefined}
      open={out}
      title="Sign in again"
    >
      <SignInForm
        onDone={() => {
          signedIn();
          void queries.invalidateQueries();
        }}
      />
    </Dialog>
  );
}
