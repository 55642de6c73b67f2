// A new issuer by the form of its kind; after it is made, its page signs a throw-away certificate as a test.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { issuerSentence, useIssuerKinds } from '@/components/issuer-kinds';
import { SchemaForm } from '@/components/schema-form/schema-form';
import { faultsOf, tidied, type Values } from '@/lib/json-schema';
import { useKeys } from '@/lib/keyboard';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { TextField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';
import { say } from '@/ui/toast';

export function IssuerNewPage() {
  const { type } = useParams({ strict: false }) as { type: string };
  const { kinds, error, retry } = useIssuerKinds();
  const reason = may(useCaller(), 'issuers.manage');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [values, setValues] = useState<Values>({});
  const [tried, setTried] = useState(false);
  const kind = kinds?.find((each) => each.kind === type);
  const faults = kind ? faultsOf(kind.schema, values) : {};
  const unnamed = name.trim() === '';
  const make = useMutation({
    mutationFn: () =>
      taken(
        client.POST('/issuers', {
          body: { name: name.trim(), kind: type as 'local_ca', config: tidied(values) as never },
        }),
      ),
    onSuccess: (issuer) => {
      say(`${issuer.name} is made`);
      void queries.invalidateQueries({ queryKey: ['/issuers'] });
      void navigate({ to: `/issuers/${issuer.id}`, search: { test: 'run' } as never });
    },
  });
  const failed = make.isError ? ApiError.of(make.error) : null;
  const server = Object.fromEntries(
    (failed?.problem?.errors ?? [])
      .filter((each) => each.pointer.startsWith('/config/'))
      .map((each) => [each.pointer.slice('/config'.length), each.detail]),
  );
  const save = () => {
    setTried(true);
    if (!unnamed && Object.keys(faults).length === 0 && reason === null && !make.isPending) make.mutate();
  };
  useKeys([{ keys: 'Ctrl+Enter', label: 'Make the issuer', group: 'This form', run: save, inFields: true }]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };
  return (
    <div className="flex max-w-220 flex-col gap-4 p-6 tablet:p-4">
      <PageHeader
        crumbs={[{ label: 'Issuers', to: '/issuers' }]}
        title={kind ? `New issuer: ${kind.title}` : 'New issuer'}
      />
      {error && !kinds ? <ErrorState error={error} onRetry={retry} what="The form" /> : null}
      {!kinds && !error ? <SkeletonRows rows={4} /> : null}
      {kinds && !kind ? (
        <EmptyState
          actions={
            <ButtonLink to="/issuers" variant="primary">
              Choose another
            </ButtonLink>
          }
          title="There is no such type of issuer"
        >
          This server does not know “{type}”.
        </EmptyState>
      ) : null}
      {kind ? (
        <Panel title={kind.title}>
          <form className="flex max-w-130 flex-col gap-5" noValidate onSubmit={submit}>
            <p className="text-ink-2">{issuerSentence(kind.kind)}</p>
            {failed ? (
              <div role="alert">
                <Banner className="rounded-control" tone="crit">
                  {failed.sentence}
                </Banner>
              </div>
            ) : null}
            <TextField
              autoComplete="off"
              error={failed?.at('/name') ?? (tried && unnamed ? 'A name is needed.' : undefined)}
              help="For people, wherever an issuer is chosen."
              label="Name"
              maxLength={200}
              onChange={(event) => setName(event.target.value)}
              value={name}
            />
            <SchemaForm
              faults={{ ...(tried ? faults : {}), ...server }}
              onChange={setValues}
              schema={kind.schema}
              values={values}
            />
            <div className="flex items-center gap-2 border-t border-line pt-4">
              <Button busy={make.isPending} disabledReason={reason} type="submit" variant="primary">
                Make and test
              </Button>
              <ButtonLink to="/issuers" variant="ghost">
                Cancel
              </ButtonLink>
            </div>
          </form>
        </Panel>
      ) : null}
    </div>
  );
}
