// A new issuer by the form of its kind; after it is made, its page runs its test. Not for: changing one (issuer-edit).
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { ConfigFields } from '@/components/config/config-fields';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { issuerSentence, useIssuerKinds } from '@/components/issuer-kinds';
import { type ConfigForm, configBody, configFaults, configForm, fitting, serverFaults } from '@/lib/config-form';
import { useKeys } from '@/lib/keyboard';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';
import { say } from '@/ui/toast';

const crumbs = [{ label: 'Issuers', to: '/issuers' }];

export function IssuerNewPage() {
  const { type } = useParams({ strict: false }) as { type: string };
  const { kinds, error, retry } = useIssuerKinds();
  const reason = may(useCaller(), 'issuers.manage');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [form, setForm] = useState<ConfigForm>(() => configForm(null, type));
  const [tried, setTried] = useState(false);
  const kind = kinds?.find((each) => each.kind === type);
  const fits = kind ? fitting(type, kind.schema, form.config) : {};
  const make = useMutation({
    mutationFn: () =>
      taken(
        client.POST('/issuers', {
          body: { ...configBody(form, fits, []), kind: type as Schemas['CreateIssuer']['kind'] },
        }),
      ),
    onSuccess: (issuer) => {
      say(`${issuer.name} is made`);
      void queries.invalidateQueries({ queryKey: ['/issuers'] });
      void navigate({ to: `/issuers/${issuer.id}`, search: { test: 'run' } as never });
    },
  });
  const failed = make.isError ? ApiError.of(make.error) : null;
  const save = () => {
    setTried(true);
    const complete = form.name.trim() !== '' && Object.keys(configFaults(form, fits, [])).length === 0;
    if (complete && reason === null && !make.isPending) make.mutate();
  };
  useKeys([{ keys: 'Ctrl+Enter', label: 'Make the issuer', group: 'This form', run: save, inFields: true }]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };
  return (
    <div className="flex max-w-220 flex-col gap-4 p-6 tablet:p-4">
      <PageHeader crumbs={crumbs} title={kind ? `New issuer: ${kind.title}` : 'New issuer'} />
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
            <ConfigFields
              drawn={0}
              form={form}
              nameFault={failed?.at('/name')}
              onChange={(patch) => setForm((now) => ({ ...now, ...patch }))}
              schema={kind.schema}
              server={serverFaults(failed?.problem?.errors)}
              stored={[]}
              tried={tried}
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
