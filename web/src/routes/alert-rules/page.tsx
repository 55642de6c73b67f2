// The alert rules: what each asks, what it finds now, and whether it could be looked at. Not for: alerts that certctl opens by itself.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { BellPlus, Plus } from 'lucide-react';
import { useState } from 'react';
import { useCaller, useNames } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { AlertTabs } from '@/components/alerts/tabs';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { RemoveDialog } from '@/components/remove-dialog';
import { RowMenu, useRowKeys } from '@/components/row-menu';
import { StatusText } from '@/components/status-text';
import { TimeAgo } from '@/components/times';
import { alertRuleForm, escalationWords } from '@/lib/alert-rule-form';
import { groupWords, severities, subjects } from '@/lib/alert-words';
import { cx } from '@/lib/cx';
import { useKeys } from '@/lib/keyboard';
import { conditionsWords } from '@/lib/rule-conditions';
import { count, number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { ButtonLink } from '@/ui/button';
import { Chip } from '@/ui/chip';
import { TextLink } from '@/ui/link';
import { SkeletonRows } from '@/ui/skeleton';
import { Table } from '@/ui/table';
import { complain, say } from '@/ui/toast';

type Rule = Schemas['AlertRule'];

export function AlertRulesPage() {
  useRowKeys();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const nameOf = useNames();
  const channels = useQuery(q('/notifiers', { query: { limit: 500 } })).data;
  const channelName = (id: string) => channels?.items.find((each) => each.id === id)?.name ?? id;
  const reason = may(useCaller(), 'alerts.manage');
  const [removing, setRemoving] = useState<Rule | null>(null);
  const list = useQuery(q('/alert-rules', { query: { limit: 500 } }));
  const fresh = () => void queries.invalidateQueries({ queryKey: ['/alert-rules'] });
  const turn = useMutation({
    mutationFn: ({ it, enabled }: { it: Rule; enabled: boolean }) =>
      taken(client.PATCH('/alert-rules/{id}', { params: { path: { id: it.id } }, body: { enabled } })),
    onSuccess: fresh,
    onError: (error, { it }) => complain(`${it.name} was not changed`, error),
  });
  const toggle = (it: Rule) => {
    const enabled = !it.enabled;
    turn.mutate(
      { it, enabled },
      {
        onSuccess: () =>
          say(`${it.name} is switched ${enabled ? 'on' : 'off'}`, {
            description: enabled ? undefined : 'Its open alerts end.',
            undo: () => turn.mutate({ it, enabled: !enabled }),
          }),
      },
    );
  };
  useKeys([
    {
      keys: 'N',
      label: 'New alert rule',
      group: 'This page',
      run: () => (reason === null ? void navigate({ to: '/alerts/rules/new' }) : false),
    },
  ]);
  const rows = list.data?.items;
  return (
    <div className="flex flex-col">
      <PageHeader count={rows ? number(rows.length) : undefined} title="Alert rules" />
      <AlertTabs active="rules">
        {reason === null ? (
          <ButtonLink icon={<Plus size={14} />} size="sm" to="/alerts/rules/new" variant="primary">
            New rule
          </ButtonLink>
        ) : (
          <span className="text-xs text-ink-3">changing these {reason}</span>
        )}
      </AlertTabs>
      {list.isError && !rows ? (
        <ErrorState
          error={list.error}
          onRetry={() => void list.refetch()}
          stillWorks="Alerts are still opened and sent."
          what="The list of alert rules"
        />
      ) : rows === undefined ? (
        <SkeletonRows rows={5} />
      ) : rows.length === 0 ? (
        <EmptyState
          actions={
            reason === null ? (
              <ButtonLink to="/alerts/rules/new" variant="primary">
                Make a rule
              </ButtonLink>
            ) : undefined
          }
          icon={<BellPlus size={20} strokeWidth={1.75} />}
          title="No alert rule yet"
        >
          certctl opens alerts by itself for ends, failing renewals, agents and issuers out of reach. A rule asks for
          more: any filter of a list becomes an alert for as long as something matches. Its preview shows what it would
          find before it is made.
        </EmptyState>
      ) : (
        <div className="border-b border-line bg-surface">
          <Table
            columns={[
              {
                key: 'name',
                label: 'Name',
                width: '16rem',
                cell: (it) => (
                  <TextLink
                    className={cx('font-medium', it.enabled ? 'text-ink' : 'text-ink-3')}
                    to={`/alerts/rules/${it.id}`}
                  >
                    {it.name}
                  </TextLink>
                ),
              },
              {
                key: 'severity',
                label: 'Severity',
                width: '7rem',
                cell: (it) => <StatusText status={severities[it.severity]} />,
              },
              {
                key: 'asks',
                label: 'Looks for',
                cell: (it) => {
                  const escalates = escalationWords(alertRuleForm(it).escalation, channelName);
                  const asks = `${subjects[it.subject].label}: ${conditionsWords(it.subject, it.conditions as Record<string, string>[], nameOf).join('; or ')}`;
                  const words = escalates === null ? asks : `${asks}. It ${escalates}`;
                  return (
                    <span className="text-ink-2" title={words}>
                      {words}
                    </span>
                  );
                },
              },
              {
                key: 'group',
                label: 'Alerts',
                width: '9rem',
                cell: (it) => <span className="text-ink-2">{groupWords[it.group_by]}</span>,
              },
              {
                key: 'now',
                label: 'Matches now',
                width: '8rem',
                end: true,
                cell: (it) => <Now it={it} />,
              },
              {
                key: 'looked',
                label: 'Looked',
                width: '7rem',
                cell: (it) => <TimeAgo at={it.evaluated_at} className="text-ink-3" />,
              },
              {
                key: 'menu',
                label: '',
                width: '3.5rem',
                end: true,
                cell: (it) => (
                  <RowMenu
                    actions={[
                      {
                        label: it.enabled ? 'Switch off' : 'Switch on',
                        run: () => toggle(it),
                        disabledReason: reason,
                      },
                      { label: 'Remove…', run: () => setRemoving(it), danger: true, disabledReason: reason },
                    ]}
                    name={it.name}
                  />
                ),
              },
            ]}
            keyOf={(it) => it.id}
            label="Alert rules"
            rows={rows}
          />
        </div>
      )}
      {removing ? (
        <RemoveDialog
          name={removing.name}
          noun="rule"
          onClose={() => setRemoving(null)}
          onDone={() => {
            say(`${removing.name} is removed`);
            setRemoving(null);
            fresh();
          }}
          remove={() => taken(client.DELETE('/alert-rules/{id}', { params: { path: { id: removing.id } } }))}
        >
          <p>Its open alerts end. What was told of them stays in the history.</p>
        </RemoveDialog>
      ) : null}
    </div>
  );
}

function Now({ it }: { it: Rule }) {
  if (!it.enabled) return <Chip>switched off</Chip>;
  if (it.error)
    return (
      <span className="text-crit" title={it.error}>
        cannot be asked
      </span>
    );
  if (!it.evaluated_at) return <span className="text-ink-3 italic">not yet</span>;
  if (it.matches === 0) return <span className="text-ink-3">none</span>;
  return (
    <span className="nums">
      {number(it.matches)} in{' '}
      <TextLink search={{ rule: it.id } as never} to="/alerts">
        {count(it.groups, 'alert')}
      </TextLink>
    </span>
  );
}
