// First run: the admin account, by the token that the server printed. The way on (issuer, agent, first certificate) is the
// overview's set-up path. Invariant: the token is taken out of the address as soon as it was read.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { client, q, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import { Door } from '@/routes/sign-in/page';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { TextField } from '@/ui/field';

const tokenOf = () => new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '';

export function WelcomePage() {
  const [token] = useState(tokenOf);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const info = useQuery(q('/auth/info')).data;

  useEffect(() => {
    if (window.location.hash !== '') window.history.replaceState(window.history.state, '', window.location.pathname);
  }, []);

  const setUp = useMutation({
    mutationFn: async (form: { token: string; username: string; password: string }) => {
      await taken(
        client.POST('/auth/setup', {
          body: { token: form.token, user: { username: form.username, password: form.password } },
        }),
      );
      await taken(client.POST('/auth/login', { body: { username: form.username, password: form.password } }));
    },
    onSuccess: () => {
      queries.clear();
      void navigate({ to: '/', replace: true });
    },
  });
  const failed = setUp.isError ? ApiError.of(setUp.error) : undefined;

  if (info && !info.setup_open) {
    return (
      <Door title="Welcome">
        <p className="mb-4 text-ink-2">This server is set up already.</p>
        <ButtonLink to="/" variant="primary">
          Go to the overview
        </ButtonLink>
      </Door>
    );
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '');
    setUp.mutate({ token: text('token').trim(), username: text('username').trim(), password: text('password') });
  };
  return (
    <Door title="Welcome">
      <form className="flex flex-col gap-4" onSubmit={submit}>
        <p className="text-ink-2">Make the first admin. Then come an issuer, an agent and the first certificate.</p>
        {failed ? (
          <div role="alert">
            <Banner className="rounded-control" tone="crit">
              {failed.sentence}
            </Banner>
          </div>
        ) : null}
        <TextField
          defaultValue={token}
          help="The server printed it at its first start; it is good for an hour."
          label="Setup token"
          mono
          name="token"
          required
          type={token ? 'password' : 'text'}
        />
        <TextField
          autoComplete="username"
          defaultValue="admin"
          error={failed?.at('/user/username')}
          label="User name"
          name="username"
          required
        />
        <TextField
          autoComplete="new-password"
          error={failed?.at('/user/password')}
          help="12 letters or more; a sentence is good."
          label="Password"
          minLength={12}
          name="password"
          required
          type="password"
        />
        <Button busy={setUp.isPending} type="submit" variant="primary">
          Make admin and sign in
        </Button>
      </form>
    </Door>
  );
}
