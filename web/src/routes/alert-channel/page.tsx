// One channel: its configuration by the form of its kind, which alerts it is told of, when, and a test that really sends.
// Not for: what was sent (the history). Invariant: secrets are written, never shown; what is left empty stays.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useCaller, useNames } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { ChannelTest } from '@/components/alerts/channel-test';
import { ConfigHead } from '@/components/config/config-head';
import { ForgetSecrets } from '@/components/config/forget-secrets';
import { KindField } from '@/components/config/kind-field';
import { DraftFaults } from '@/components/draft-faults';
import { ErrorState } from '@/components/error-state';
import { FormFields } from '@/components/form-fields';
import { RemoveDialog } from '@/components/remove-dialog';
import { SaveBar } from '@/components/save-bar';
import { SchemaForm } from '@/components/schema-form/schema-form';
import { SigningSecrets } from '@/components/schema-form/signing-secrets';
import { TimeAgo, TimeUntil } from '@/components/times';
import {
  type ChannelKind,
  channelBody,
  channelFaults,
  channelForm,
  channelInWords,
  secretsOf,
} from '@/lib/channel-form';
import { channelHealth } from '@/lib/channel-words';
import { serverFaults } from '@/lib/config-form';
import { ifMatch, useDraft } from '@/lib/draft';
import { type Schema, unlessStored } from '@/lib/json-schema';
import type { Search } from '@/lib/search';
import { PageHeader } from '@/shell/page-header';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';
import { SkeletonRows } from '@/ui/skeleton';
import { complain, say } from '@/ui/toast';
import { RoutingFields } from './routing';
import { Texts } from './texts';

type Notifier = Schemas['Notifier'];

const crumbs = [
  { label: 'Alerts', to: '/alerts' },
  { label: 'Channels', to: '/alerts/channels' },
];

export function AlertChannelPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const channel = useQuery(q('/notifiers/{id}', { path: { id } }));
  if (channel.data) return <Editor it={channel.data} key={id} />;
  return (
    <>
      <PageHeader crumbs={crumbs} title={id} />
      {channel.isError ? (
        <ErrorState error={channel.error} onRetry={() => void channel.refetch()} what={`The channel ${id}`} />
      ) : (
        <SkeletonRows rows={10} />
      )}
    </>
  );
}

export const NewAlertChannelPage = () => <Editor it={null} />;

function Editor({ it }: { it: Notifier | null }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const nameOf = useNames();
  const reason = may(useCaller(), 'notifiers.manage');
  const { kind: wanted } = useSearch({ strict: false }) as Search;
  const kinds = useQuery({ ...q('/notifier-kinds'), staleTime: Number.POSITIVE_INFINITY });
  const known = kinds.data?.some((each) => each.kind === wanted) ? (wanted as ChannelKind) : undefined;
  const draft = useDraft(it, (channel) => channelForm(channel, known));
  const { form, change } = draft;
  const [removing, setRemoving] = useState(false);
  const [tried, setTried] = useState(false);
  // The form is drawn anew after it was saved: what was written into fields of secrets is gone then.
  const [saved, setSaved] = useState(0);
  const kind = kinds.data?.find((each) => each.kind === form.kind);
  const schema = kind?.schema as Schema | undefined;
  const stored = it?.secrets ?? [];
  const faults = channelFaults(form, schema, stored);
  const test = useQuery({
    queryKey: ['notifier-test', it?.id],
    queryFn: () => taken(client.POST('/notifiers/{id}/test', { params: { path: { id: it?.id ?? '' } } })),
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const send = async () => {
    const { error } = await test.refetch();
    if (error) complain('The test was not sent', error);
    void queries.invalidateQueries({ queryKey: ['/notifiers'] });
    void queries.invalidateQueries({ queryKey: ['/notifiers/{id}'] });
  };
  const save = useMutation({
    mutationFn: async (andTest: boolean) => {
      const body = channelBody(form);
      const { kind: _, ...rest } = body;
      const next = await (it && draft.base
        ? taken(
            client.PATCH('/notifiers/{id}', {
              params: { path: { id: it.id }, header: ifMatch(draft.base) },
              body: rest as Schemas['UpdateNotifier'],
            }),
          )
        : taken(client.POST('/notifiers', { body: body as Schemas['CreateNotifier'] })));
      return { next, andTest };
    },
    onSuccess: async ({ next, andTest }) => {
      queries.setQueryData(q('/notifiers/{id}', { path: { id: next.id } }).queryKey, next);
      void queries.invalidateQueries({ queryKey: ['/notifiers'] });
      draft.reset();
      setSaved((count) => count + 1);
      say(`${next.name} is ${it ? 'changed' : 'made'}`);
      if (it) {
        if (andTest) await send();
        return;
      }
      if (andTest)
        await queries
          .fetchQuery({
            queryKey: ['notifier-test', next.id],
            queryFn: () => taken(client.POST('/notifiers/{id}/test', { params: { path: { id: next.id } } })),
            retry: false,
          })
          .catch((error: unknown) => complain('The test was not sent', error));
      void navigate({ to: `/alerts/channels/${next.id}` });
    },
    onError: (error) => {
      if (ApiError.of(error).status === 412)
        void queries.invalidateQueries({ queryKey: q('/notifiers/{id}', { path: { id: it?.id ?? '' } }).queryKey });
    },
  });
  const failed = save.error ? ApiError.of(save.error) : null;
  const server = serverFaults(failed?.problem?.errors);
  const why =
    reason ?? (draft.stale ? 'choose one of the two versions first' : it && !draft.dirty ? 'nothing differs' : null);
  const submit = (andTest: boolean) => {
    setTried(true);
    if ([...Object.keys(faults.config), ...Object.keys(faults.rest)].length === 0 && !save.isPending)
      save.mutate(andTest);
  };
  const removable = secretsOf(schema).filter((key) => stored.includes(key) && !schema?.required?.includes(key));
  return (
    <div className="flex flex-col gap-4 p-6 tablet:p-4">
      <PageHeader crumbs={crumbs} plain={it !== null} title={it?.name ?? 'New channel'} />
      {it ? (
        <ConfigHead it={it} kind={kind?.title ?? it.kind} noun="channel" status={channelHealth(it)}>
          <Button
            busy={test.isFetching}
            disabledReason={reason ?? (draft.dirty ? 'save the changes first' : null)}
            icon={<Send size={14} />}
            onClick={() => void send()}
          >
            Send a test
          </Button>
          <Button disabledReason={reason} icon={<Trash2 size={14} />} onClick={() => setRemoving(true)}>
            Remove…
          </Button>
        </ConfigHead>
      ) : null}
      <div className="grid max-w-340 grid-cols-[minmax(0,1fr)_minmax(0,24rem)] items-start gap-4 max-xl:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-4">
          <DraftFaults
            draft={draft}
            mine={channelInWords(form, nameOf)}
            save={save}
            theirs={it && channelInWords(channelForm(it), nameOf)}
            what="The channel"
          />
          {kinds.isError ? (
            <ErrorState error={kinds.error} onRetry={() => void kinds.refetch()} what="The form of the channel" />
          ) : null}
          <FormFields reason={reason}>
            <Panel title="Where to">
              <div className="flex max-w-160 flex-col gap-5">
                {it ? null : (
                  <KindField
                    kinds={kinds.data}
                    onChange={(next) => change({ kind: next, config: {} })}
                    value={form.kind}
                  />
                )}
                <TextField
                  autoComplete="off"
                  error={tried ? faults.rest['/name'] : undefined}
                  help="For people, wherever it is named."
                  label="Name"
                  maxLength={200}
                  onChange={(event) => change({ name: event.target.value })}
                  value={form.name}
                />
                {schema ? (
                  <SchemaForm
                    faults={{ ...(tried ? faults.config : {}), ...server }}
                    key={`${form.kind} ${saved}`}
                    onChange={(config) => change({ config })}
                    schema={unlessStored(schema, stored)}
                    stored={stored}
                    values={form.config}
                    widgets={{
                      secrets: (props) => <SigningSecrets {...props} stored={stored.includes('secrets')} />,
                    }}
                  />
                ) : (
                  <SkeletonRows rows={3} />
                )}
                <ForgetSecrets
                  onChange={(without) => change({ without })}
                  schema={schema}
                  secrets={removable}
                  without={form.without}
                />
              </div>
            </Panel>
            <RoutingFields faults={faults.rest} form={form} onChange={change} />
          </FormFields>
          <SaveBar
            action={it ? 'Save changes' : 'Save and send a test'}
            busy={save.isPending}
            dirty={draft.dirty}
            discard={it ? undefined : 'Cancel'}
            onDiscard={
              it
                ? draft.dirty
                  ? () => {
                      save.reset();
                      draft.reset();
                    }
                  : undefined
                : () => void navigate({ to: '/alerts/channels', ignoreBlocker: true })
            }
            onSave={() => submit(it === null)}
            reason={why}
          >
            <Button disabledReason={why} onClick={() => submit(it !== null)}>
              {it ? 'Save and send a test' : 'Save only'}
            </Button>
          </SaveBar>
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          {test.data || test.isFetching ? (
            <Panel
              note="a message is really sent"
              title={test.isFetching ? 'Testing' : test.data?.ok ? 'The test passed' : 'The test failed'}
            >
              <ChannelTest found={test.data} running={test.isFetching} />
            </Panel>
          ) : null}
          {it ? (
            <Panel
              actions={
                <TextLink className="text-xs" search={{ channel: it.id } as never} to="/alerts/history">
                  What was sent
                </TextLink>
              }
              flush
              title="Health"
            >
              <PropertyList
                items={[
                  ['Last sent', <TimeAgo at={it.health.last_sent_at} key="sent" />],
                  it.health.failing_since
                    ? [
                        'Failing',
                        <span key="since">
                          since <TimeAgo at={it.health.failing_since} />
                        </span>,
                      ]
                    : null,
                  it.health.gave_up_at ? ['Gave up', <TimeAgo at={it.health.gave_up_at} key="gave" />] : null,
                  it.health.last_error ? ['Last failure', it.health.last_error] : null,
                  it.health.hold_until
                    ? [
                        'Held',
                        <span key="hold">
                          as the receiver asked, ends <TimeUntil at={it.health.hold_until} />
                        </span>,
                      ]
                    : null,
                  it.health.digest_at ? ['Next digest', <TimeUntil at={it.health.digest_at} key="digest" />] : null,
                ]}
              />
            </Panel>
          ) : (
            <Panel title="How it goes">
              <ul className="flex list-disc flex-col gap-1.5 ps-4 text-ink-2">
                <li>Secrets are sealed and never shown again.</li>
                <li>A message counts as sent only with what the receiver answered.</li>
                <li>What fails is tried again, later each time, and then given up: the history has it, with Retry.</li>
              </ul>
            </Panel>
          )}
          {it ? <Texts it={it} reason={reason} /> : null}
        </div>
      </div>
      {removing && it ? (
        <RemoveDialog
          name={it.name}
          noun="channel"
          onClose={() => setRemoving(false)}
          onDone={() => {
            say(`${it.name} is removed`);
            void queries.invalidateQueries({ queryKey: ['/notifiers'] });
            void navigate({ to: '/alerts/channels', ignoreBlocker: true });
          }}
          remove={() => taken(client.DELETE('/notifiers/{id}', { params: { path: { id: it.id } } }))}
        >
          <p>Nobody is told through it any more. What was sent stays in the history; its secrets are gone.</p>
        </RemoveDialog>
      ) : null}
    </div>
  );
}
