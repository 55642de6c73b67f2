// The sign-in page, and the frame that it shares with first-run set-up.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { q } from '@/api/client';
import { signedIn } from '@/api/session';
import { Logo } from '@/shell/logo';
import { TextLink } from '@/ui/link';
import { SignInForm } from './form';

export function Door({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · certctl`;
  }, [title]);
  return (
    <main className="flex h-full flex-col items-center overflow-y-auto px-4 py-[12vh]">
      <div className="w-full max-w-90">
        <div className="mb-6 flex items-center gap-2.5 text-lg font-semibold">
          <Logo size={26} />
          certctl
        </div>
        <div className="rounded-panel border border-line bg-surface p-6">
          <h1 className="mb-4 text-xl font-semibold">{title}</h1>
          {children}
        </div>
      </div>
    </main>
  );
}

/** Only a place of this console: never a link to elsewhere. */
export const inside = (next: string | undefined) => (next?.startsWith('/') && !next.startsWith('//') ? next : '/');

export function SignInPage() {
  const { next } = useSearch({ strict: false }) as { next?: string };
  const navigate = useNavigate();
  const queries = useQueryClient();
  const info = useQuery(q('/auth/info')).data;
  return (
    <Door title="Sign in">
      <SignInForm
        onDone={() => {
          signedIn();
          queries.clear();
          void navigate({ href: inside(next), replace: true });
        }}
      />
      {info?.setup_open ? (
        <p className="mt-4 text-ink-2">
          Nobody has set up this server yet. <TextLink to="/welcome">Set it up</TextLink> with the token from its first
          start.
        </p>
      ) : null}
    </Door>
  );
}
