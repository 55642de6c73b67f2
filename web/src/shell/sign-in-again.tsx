// The session ended while a page was open: sign in over it, and what was there goes on.
import { useQueryClient } from '@tanstack/react-query';
import { callerQuery, useCaller } from '@/api/caller';
import { signedIn, useSignedOut } from '@/api/session';
import type { Schemas } from '@/api/types';
import { SignInForm } from '@/routes/sign-in/form';
import { Dialog } from '@/ui/dialog';

const who = ({ actor }: Schemas['AuthCheck']): string => JSON.stringify(actor);

export function SignInAgain() {
  const out = useSignedOut();
  const queries = useQueryClient();
  const caller = useCaller();
  return (
    <Dialog
      closable={false}
      description="Your session has ended. What you see stays as it is, and what you were doing goes on."
      onOpenChange={() => undefined}
      open={out}
      title="Sign in again"
    >
      <SignInForm
        onDone={async () => {
          // Somebody else's work is not done in the name of who came: their own page begins.
          const now = await queries.fetchQuery({ ...callerQuery(), staleTime: 0 }).catch(() => undefined);
          if (now === undefined || who(now) !== who(caller)) {
            globalThis.location.reload();
            return;
          }
          signedIn();
          void queries.invalidateQueries();
        }}
      />
    </Dialog>
  );
}
