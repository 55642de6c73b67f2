// One DNS provider: its configuration by the form of its kind, how it is doing, who uses it, and a test that really sets a record.
// Not for: proofs of an order (the job's page). Invariant: secrets are written, never shown; what is left empty stays.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { issuersQuery, useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { ConfigFields } from '@/components/config/config-fields';
import { ConfigHead } from '@/components/config/config-head';
import { KindField } from '@/components/config/kind-field';
import { DraftFaults } from '@/components/draft-faults';
import { ErrorState } from '@/components/error-state';
import { FormFields } from '@/components/form-fields';
import { RemoveDnsProvider } from '@/components/issuers/remove-dns-provider';
import { SaveBar } from '@/components/save-bar';
import { configBody, configFaults, configForm, draftInWords, fitting, serverFaults } from '@/lib/config-form';
import { dnsSentence, dnsStatus } from '@/lib/dns-words';
import { ifMatch, useDraft } from '@/lib/draft';
import type { Schema } from '@/lib/json-schema';
import type { Search } from '@/lib/search';
import { PageHeader } from '@/shell/page-header';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';
import { say } from '@/ui/toast';
import { Health, HowItGoes, Test } from './beside';

type DnsProvider = Schemas['DnsProvider'];

const FIRST = 'rfc2136';

const crumbs = [
  { label: 'Issuers', to: '/issuers' },
  { label: 'DNS providers', to: '/issuers/dns-providers' },
];

export function DnsProviderPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const provider = useQuery(q('/dns-providers/{id}', { path: { id } }));
  if (provider.data) return <Editor it={provider.data} key={id} />;
  return (
    <>
      <PageHeader crumbs={crumbs} title={id} />
      {provider.isError ? (
        <ErrorState error={provider.error} onRetry={() => void provider.refetch()} what={`The DNS provider ${id}`} />
      ) : (
        <SkeletonRows rows={10} />
      )}
    </>
  );
}

export const NewDnsProviderPage = () => <Editor it={null} />;

function Editor({ it }: { it: DnsProvider | null }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const reason = may(useCaller(), 'issuers.manage');
  const { kind: wanted } = useSearch({ strict: false }) as Search;
  const kinds = useQuery({ ...q('/dns-provider-kinds'), staleTime: Number.POSITIVE_INFINITY });
  const known = kinds.data?.find((each) => each.kind === wanted)?.kind ?? FIRST;
  const draft = useDraft(it, (provider) => configForm(provider, known));
  const { form, change } = draft;
  const [removing, setRemoving] = useState(false);
  const [tried, setTried] = useState(false);
  // The form is drawn anew after it was saved: what was written into fields of secrets is gone then.
  const [drawn, setDrawn] = useState(0);
  const issuers = useQuery(issuersQuery()).data?.items ?? [];
  const kind = kinds.data?.find((each) => each.kind === form.kind);
  const schema = kind?.schema as Schema | undefined;
  const stored = it?.secrets ?? [];
  const fits = schema ? fitting(form.kind, schema, form.config) : {};
  const again = () => {
    draft.reset();
    setTried(false);
    setDrawn((times) => times + 1);
  };
  const save = useMutation({
    mutationFn: () => {
      const body = configBody(form, fits, stored);
      return it && draft.base
        ? taken(
            client.PATCH('/dns-providers/{id}', {
              params: { path: { id: it.id }, header: ifMatch(draft.base) },
              body,
            }),
          )
        : taken(client.POST('/dns-providers', { body: { ...body, kind: form.kind as Schemas['DnsProviderKind'] } }));
    },
    onSuccess: (next) => {
      queries.setQueryData(q('/dns-providers/{id}', { path: { id: next.id } }).queryKey, next);
      void queries.invalidateQueries({ queryKey: ['/dns-providers'] });
      again();
      say(`${next.name} is ${it ? 'changed' : 'made'}`);
      if (!it) void navigate({ to: `/issuers/dns-providers/${next.id}`, ignoreBlocker: true });
    },
    onError: (error) => {
      if (ApiError.of(error).status === 412)
        void queries.invalidateQueries({ queryKey: q('/dns-providers/{id}', { path: { id: it?.id ?? '' } }).queryKey });
    },
  });
  const failed = save.error ? ApiError.of(save.error) : null;
  const why =
    reason ?? (draft.stale ? 'choose one of the two versions first' : it && !draft.dirty ? 'nothing differs' : null);
  const submit = () => {
    setTried(true);
    const complete = schema && form.name.trim() !== '' && Object.keys(configFaults(form, fits, stored)).length === 0;
    if (complete && !save.isPending) save.mutate();
  };
  const discard = () => {
    save.reset();
    again();
  };
  return (
    <div className="flex flex-col gap-4 p-6 tablet:p-4">
      <PageHeader crumbs={crumbs} plain={it !== null} title={it?.name ?? 'New DNS provider'} />
      {it ? (
        <ConfigHead it={it} kind={kind?.title ?? it.kind} noun="DNS provider" status={dnsStatus(it)}>
          <Button disabledReason={reason} icon={<Trash2 size={14} />} onClick={() => setRemoving(true)}>
            Remove…
          </Button>
        </ConfigHead>
      ) : null}
      <div className="grid max-w-340 grid-cols-[minmax(0,1fr)_minmax(0,24rem)] items-start gap-4 max-xl:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-4">
          <DraftFaults
            draft={{ ...draft, reset: discard }}
            mine={draftInWords(form, schema)}
            save={save}
            theirs={it && draftInWords(configForm(it, it.kind), schema)}
            what="The DNS provider"
          />
          {kinds.isError ? (
            <ErrorState error={kinds.error} onRetry={() => void kinds.refetch()} what="The form of the DNS provider" />
          ) : null}
          <FormFields reason={reason}>
            <Panel title="How its records are set">
              <div className="flex max-w-160 flex-col gap-5">
                {it ? null : (
                  <KindField
                    help={dnsSentence(form.kind)}
                    kinds={kinds.data}
                    onChange={(next) => change({ kind: next, config: {} })}
                    value={form.kind as Schemas['DnsProviderKind']}
                  />
                )}
                {schema ? (
                  <ConfigFields
                    drawn={drawn}
                    form={form}
                    nameFault={failed?.at('/name')}
                    onChange={change}
                    schema={schema}
                    server={serverFaults(failed?.problem?.errors)}
                    stored={stored}
                    tried={tried}
                  />
                ) : (
                  <SkeletonRows rows={3} />
                )}
              </div>
            </Panel>
          </FormFields>
          <SaveBar
            action={it ? 'Save changes' : 'Save'}
            busy={save.isPending}
            dirty={draft.dirty}
            discard={it ? undefined : 'Cancel'}
            onDiscard={
              it
                ? draft.dirty
                  ? discard
                  : undefined
                : () => void navigate({ to: '/issuers/dns-providers', ignoreBlocker: true })
            }
            onSave={submit}
            reason={why}
          />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          {it ? (
            <>
              <Test it={it} reason={reason ?? (draft.dirty ? 'save the changes first' : null)} />
              <Health issuers={issuers} it={it} />
            </>
          ) : (
            <HowItGoes />
          )}
        </div>
      </div>
      {removing && it ? (
        <RemoveDnsProvider
          it={it}
          onClose={() => setRemoving(false)}
          onDone={() => void navigate({ to: '/issuers/dns-providers', ignoreBlocker: true })}
        />
      ) : null}
    </div>
  );
}
