// The sign-in form: a user with a password, or an API key. Password managers and paste work.
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { Segmented } from '@/ui/segmented';

type Way = 'user' | 'key';

function sentence(error: ApiError, way: Way): string {
  if (error.status === 401)
    return way === 'user'
      ? 'The user name or the password is not right.'
      : 'This API key is not known, or it has ended.';
  if (error.status === 429) return `${error.message} Too many wrong tries make the next one wait.`;
  return error.sentence;
}

export function SignInForm({ onDone }: { onDone: () => void }) {
  const [way, setWay] = useState<Way>('user');
  const signIn = useMutation({
    mutationFn: (body: { username?: string; password?: string; api_key?: string }) =>
      taken(client.POST('/auth/login', { body })),
    onSuccess: onDone,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    signIn.mutate(
      way === 'user'
        ? { username: text('username'), password: String(form.get('password') ?? '') }
        : { api_key: text('api_key') },
    );
  };
  return (
    <form className="flex flex-col gap-4" onSubmit={submit}>
      <Segmented
        label="How to sign in"
        onChange={(next) => {
          setWay(next);
          signIn.reset();
        }}
        options={[
          { value: 'user', label: 'User and password' },
          { value: 'key', label: 'API key' },
        ]}
        value={way}
      />
      {signIn.isError ? (
        <div role="alert">
          <Banner className="rounded-control" tone="crit">
            {sentence(ApiError.of(signIn.error), way)}
          </Banner>
        </div>
      ) : null}
      {way === 'user' ? (
        <>
          <TextField autoComplete="username" label="User name" name="username" required />
          <TextField autoComplete="current-password" label="Password" name="password" required type="password" />
        </>
      ) : (
        <TextField
          autoComplete="off"
          help="It begins with ck_."
          label="API key"
          mono
          name="api_key"
          required
          type="password"
        />
      )}
      <Button busy={signIn.isPending} className="w-full" type="submit" variant="primary">
        Sign in
      </Button>
    </form>
  );
}
