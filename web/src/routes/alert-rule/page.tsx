// The rule builder: when (conditions), then (how it is told), and always beside it what that finds on the real data.
// Not for: alerts (their list). Invariant: nothing is sent or stored before it is saved.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useCaller, useNames } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { DraftFaults } from '@/components/draft-faults';
import { ErrorState } from '@/components/error-state';
import { FormFields } from '@/components/form-fields';
import { RemoveDialog } from '@/components/remove-dialog';
import { SaveBar } from '@/components/save-bar';
import { TimeAgo } from '@/components/times';
import {
  type AlertRuleForm,
  alertRuleBody,
  alertRuleFaults,
  alertRuleForm,
  alertRuleInWords,
} from '@/lib/alert-rule-form';
import { ifMatch, useDraft } from '@/lib/draft';
import { toLines } from '@/lib/rule-conditions';
import type { Search } from '@/lib/search';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CopyId } from '@/ui/copy';
import { SkeletonRows } from '@/ui/skeleton';
import { say } from '@/ui/toast';
import { useChannels } from './escalation';
import { Preview } from './preview';
import { Then } from './then';
import { When } from './when';

type Rule = Schemas['AlertRule'];

const crumbs = [
  { label: 'Alerts', to: '/alerts' },
  { label: 'Rules', to: '/alerts/rules' },
];

export function AlertRulePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const rule = useQuery(q('/alert-rules/{id}', { path: { id } }));
  if (rule.data) return <Editor it={rule.data} key={id} />;
  return (
    <>
      <PageHeader crumbs={crumbs} title={id} />
      {rule.isError ? (
        <ErrorState error={rule.error} onRetry={() => void rule.refetch()} what={`The alert rule ${id}`} />
      ) : (
        <SkeletonRows rows={10} />
      )}
    </>
  );
}

/** New, perhaps from a saved view (`?view=`), whose filter is its first condition. */
export function NewAlertRulePage() {
  const { view: wanted } = useSearch({ strict: false }) as Search;
  const views = useQuery({ ...q('/views', { query: { limit: 500 } }), enabled: wanted !== undefined });
  if (wanted === undefined) return <Editor it={null} />;
  if (views.isPending) return <SkeletonRows rows={10} />;
  const view = views.data?.items.find((each) => each.id === wanted);
  const begun = view && {
    subject: view.noun,
    name: view.name,
    conditions: toLines([view.filter as Record<string, string>]),
  };
  return <Editor begun={begun} it={null} />;
}

function Editor({ it, begun }: { it: Rule | null; begun?: Partial<AlertRuleForm> }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const nameOf = useNames();
  const { channelName } = useChannels();
  const reason = may(useCaller(), 'alerts.manage');
  const draft = useDraft(it, (rule) => ({ ...alertRuleForm(rule), ...(rule === null ? begun : {}) }));
  const { form, change } = draft;
  const [removing, setRemoving] = useState(false);
  const [tried, setTried] = useState(false);
  const faults = alertRuleFaults(form);
  const save = useMutation({
    mutationFn: (enabled: boolean) => {
      const body = { ...alertRuleBody(form), enabled };
      if (!it || !draft.base) return taken(client.POST('/alert-rules', { body: body as Schemas['CreateAlertRule'] }));
      const { subject: _, ...rest } = body;
      return taken(
        client.PATCH('/alert-rules/{id}', {
          params: { path: { id: it.id }, header: ifMatch(draft.base) },
          body: rest as Schemas['UpdateAlertRule'],
        }),
      );
    },
    onSuccess: (next) => {
      queries.setQueryData(q('/alert-rules/{id}', { path: { id: next.id } }).queryKey, next);
      void queries.invalidateQueries({ queryKey: ['/alert-rules'] });
      draft.reset();
      say(`${next.name} is ${it ? 'changed' : 'made'}`, {
        description: next.enabled ? 'It is looked at within moments, then every 30 s.' : 'It is switched off.',
      });
      if (!it) void navigate({ to: `/alerts/rules/${next.id}` });
    },
    onError: (error) => {
      if (ApiError.of(error).status === 412)
        void queries.invalidateQueries({ queryKey: q('/alert-rules/{id}', { path: { id: it?.id ?? '' } }).queryKey });
    },
  });
  const why =
    reason ?? (draft.stale ? 'choose one of the two versions first' : it && !draft.dirty ? 'nothing differs' : null);
  const send = (enabled: boolean) => {
    setTried(true);
    if (Object.keys(faults).length === 0 && !save.isPending) save.mutate(enabled);
  };
  return (
    <div className="flex flex-col gap-4 p-6 tablet:p-4">
      <PageHeader crumbs={crumbs} plain={it !== null} title={it?.name ?? 'New alert rule'} />
      {it ? (
        <header className="flex max-w-340 flex-wrap items-start gap-3">
          <div className="min-w-0 flex-1">
            <h1 className="text-xl font-semibold">{it.name}</h1>
            <div className="mt-1 flex flex-wrap items-center gap-x-3 text-ink-2">
              Alert rule <CopyId id={it.id} label="Copy the rule's id" />
              <span className="text-ink-3">
                {it.enabled ? (
                  <>
                    looked at <TimeAgo at={it.evaluated_at} />
                  </>
                ) : (
                  'switched off'
                )}
              </span>
            </div>
          </div>
          <Button disabledReason={reason} icon={<Trash2 size={14} />} onClick={() => setRemoving(true)}>
            Remove…
          </Button>
        </header>
      ) : null}
      {it?.error ? (
        <Banner className="max-w-340 rounded-control" tone="crit">
          It could not be looked at: {it.error}
        </Banner>
      ) : null}
      <div className="grid max-w-340 grid-cols-2 items-start gap-4 max-lg:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-4">
          <DraftFaults
            draft={draft}
            mine={alertRuleInWords(form, nameOf, channelName)}
            save={save}
            theirs={it && alertRuleInWords(alertRuleForm(it), nameOf, channelName)}
            what="The rule"
          />
          <FormFields reason={reason}>
            <When fault={tried ? faults['/conditions'] : undefined} form={form} made={it !== null} onChange={change} />
            <Then
              faults={{
                ...faults,
                '/name': tried ? faults['/name'] : undefined,
                '/escalation/notifier_ids': tried ? faults['/escalation/notifier_ids'] : undefined,
              }}
              form={form}
              onChange={change}
            />
          </FormFields>
          <SaveBar
            action={it ? 'Save changes' : 'Save rule'}
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
                : () => void navigate({ to: '/alerts/rules', ignoreBlocker: true })
            }
            onSave={() => send(form.enabled)}
            reason={why}
          >
            {it ? (
              <Button
                disabledReason={reason ?? (draft.stale ? 'choose one of the two versions first' : null)}
                onClick={() => send(!it.enabled)}
              >
                {draft.dirty ? 'Save and switch' : 'Switch'} {it.enabled ? 'off' : 'on'}
              </Button>
            ) : (
              <Button disabledReason={why} onClick={() => send(false)}>
                Save switched off
              </Button>
            )}
          </SaveBar>
        </div>
        <Preview form={form} />
      </div>
      {removing && it ? (
        <RemoveDialog
          name={it.name}
          noun="rule"
          onClose={() => setRemoving(false)}
          onDone={() => {
            say(`${it.name} is removed`);
            void queries.invalidateQueries({ queryKey: ['/alert-rules'] });
            void navigate({ to: '/alerts/rules', ignoreBlocker: true });
          }}
          remove={() => taken(client.DELETE('/alert-rules/{id}', { params: { path: { id: it.id } } }))}
        >
          <p>Its open alerts end. What was told of them stays in the history.</p>
        </RemoveDialog>
      ) : null}
    </div>
  );
}
