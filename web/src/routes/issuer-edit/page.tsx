// The configuration of an authority outside, changed by the form of its kind; after it was saved, the issuer's page tests it.
// Not for: a local CA, whose configuration does not change. Invariant: secrets are written, never shown; what is left empty stays.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { ConfigFields } from '@/components/config/config-fields';
import { DraftFaults } from '@/components/draft-faults';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { FormFields } from '@/components/form-fields';
import { type IssuerKind, issuerSentence, LOCAL, useIssuerKinds } from '@/components/issuer-kinds';
import { SaveBar } from '@/components/save-bar';
import { configBody, configFaults, configForm, draftInWords, fitting, serverFaults } from '@/lib/config-form';
import { ifMatch, useDraft } from '@/lib/draft';
import { count } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';
import { say } from '@/ui/toast';

type Issuer = Schemas['Issuer'];

export function IssuerEditPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const issuer = useQuery(q('/issuers/{id}', { path: { id } }));
  const { kinds, error, retry } = useIssuerKinds();
  const it = issuer.data;
  const kind = kinds?.find((each) => each.kind === it?.kind);
  const crumbs = [
    { label: 'Issuers', to: '/issuers' },
    { label: it?.name ?? id, to: `/issuers/${id}` },
  ];
  return (
    <div className="flex max-w-220 flex-col gap-4 p-6 tablet:p-4">
      <PageHeader crumbs={crumbs} title="Configuration" />
      {issuer.isError && !it ? (
        <ErrorState error={issuer.error} onRetry={() => void issuer.refetch()} what={`The issuer ${id}`} />
      ) : error && !kinds ? (
        <ErrorState error={error} onRetry={retry} what="The form" />
      ) : it?.kind === LOCAL ? (
        <EmptyState
          actions={<ButtonLink to={`/issuers/${id}`}>Its page</ButtonLink>}
          title="A local CA’s configuration does not change"
        >
          It is in its CA certificates. Make another issuer, and let certificates renew with that one.
        </EmptyState>
      ) : it && kind ? (
        <Editor it={it} key={id} kind={kind} />
      ) : (
        <SkeletonRows rows={8} />
      )}
    </div>
  );
}

function Editor({ it, kind }: { it: Issuer; kind: IssuerKind }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const reason = may(useCaller(), 'issuers.manage');
  const draft = useDraft(it, (issuer) => configForm(issuer, it.kind));
  const { form } = draft;
  const [tried, setTried] = useState(false);
  const [drawn, setDrawn] = useState(0);
  const stored = it.secrets ?? [];
  const fits = fitting(it.kind, kind.schema, form.config);
  const save = useMutation({
    mutationFn: async (andTest: boolean) => {
      const next = await taken(
        client.PATCH('/issuers/{id}', {
          params: { path: { id: it.id }, header: ifMatch(draft.base ?? it) },
          body: configBody(form, fits, stored),
        }),
      );
      return { next, andTest };
    },
    onSuccess: ({ next, andTest }) => {
      queries.setQueryData(q('/issuers/{id}', { path: { id: it.id } }).queryKey, next);
      // What a test found before is not true of what is configured now.
      queries.removeQueries({ queryKey: ['issuer-test', it.id] });
      void queries.invalidateQueries({ queryKey: ['/issuers'] });
      say(`${next.name} is changed`);
      void navigate({
        to: `/issuers/${it.id}`,
        search: (andTest ? { test: 'run' } : {}) as never,
        ignoreBlocker: true,
      });
    },
    onError: (error) => {
      if (ApiError.of(error).status === 412)
        void queries.invalidateQueries({ queryKey: q('/issuers/{id}', { path: { id: it.id } }).queryKey });
    },
  });
  const failed = save.error ? ApiError.of(save.error) : null;
  const why = reason ?? (draft.stale ? 'choose one of the two versions first' : draft.dirty ? null : 'nothing differs');
  const submit = (andTest: boolean) => {
    setTried(true);
    const complete = form.name.trim() !== '' && Object.keys(configFaults(form, fits, stored)).length === 0;
    if (complete && !save.isPending) save.mutate(andTest);
  };
  const again = () => {
    save.reset();
    draft.reset();
    setTried(false);
    setDrawn((times) => times + 1);
  };
  return (
    <>
      <DraftFaults
        draft={{ ...draft, reset: again }}
        mine={draftInWords(form, kind.schema)}
        save={save}
        theirs={draftInWords(configForm(it, it.kind), kind.schema)}
        what="The issuer"
      />
      {it.health.open_jobs > 0 ? (
        <Banner className="rounded-control" tone="neutral">
          {count(it.health.open_jobs, 'order is', 'orders are')} open: what they still ask is asked by the new
          configuration.
        </Banner>
      ) : null}
      <FormFields reason={reason}>
        <Panel title={kind.title}>
          <div className="flex max-w-130 flex-col gap-5">
            <p className="text-ink-2">{issuerSentence(it.kind)}</p>
            <ConfigFields
              drawn={drawn}
              form={form}
              nameFault={failed?.at('/name')}
              onChange={draft.change}
              schema={kind.schema}
              server={serverFaults(failed?.problem?.errors)}
              stored={stored}
              tried={tried}
            />
          </div>
        </Panel>
      </FormFields>
      <SaveBar
        action="Save and test"
        busy={save.isPending}
        dirty={draft.dirty}
        onDiscard={draft.dirty ? again : undefined}
        onSave={() => submit(true)}
        reason={why}
      >
        <Button disabledReason={why} onClick={() => submit(false)}>
          Save only
        </Button>
      </SaveBar>
    </>
  );
}
