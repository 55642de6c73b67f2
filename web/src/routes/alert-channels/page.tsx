// The channels: whom alerts are told, how each is doing, and what each takes. Not for: what was sent (the history).
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Megaphone, Plus } from 'lucide-react';
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
import { channelHealth, digestWords, routingWords } from '@/lib/channel-words';
import { cx } from '@/lib/cx';
import { useKeys } from '@/lib/keyboard';
import { number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Button, ButtonLink } from '@/ui/button';
import { TextLink } from '@/ui/link';
import { Menu, MenuItem } from '@/ui/menu';
import { SkeletonRows } from '@/ui/skeleton';
import { Table } from '@/ui/table';
import { complain, say } from '@/ui/toast';

type Notifier = Schemas['Notifier'];

export function AlertChannelsPage() {
  useRowKeys();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const nameOf = useNames();
  const reason = may(useCaller(), 'notifiers.manage');
  const [removing, setRemoving] = useState<Notifier | null>(null);
  const list = useQuery(q('/notifiers', { query: { limit: 500 } }));
  const kinds = useQuery({ ...q('/notifier-kinds'), staleTime: Number.POSITIVE_INFINITY }).data;
  const fresh = () => void queries.invalidateQueries({ queryKey: ['/notifiers'] });
  const turn = useMutation({
    mutationFn: ({ it, enabled }: { it: Notifier; enabled: boolean }) =>
      taken(client.PATCH('/notifiers/{id}', { params: { path: { id: it.id } }, body: { enabled } })),
    onSuccess: fresh,
    onError: (error, { it }) => complain(`${it.name} was not changed`, error),
  });
  const toggle = (it: Notifier) => {
    const enabled = !it.enabled;
    turn.mutate(
      { it, enabled },
      {
        onSuccess: () =>
          say(`${it.name} is switched ${enabled ? 'on' : 'off'}`, {
            undo: () => turn.mutate({ it, enabled: !enabled }),
          }),
      },
    );
  };
  const test = useMutation({
    mutationFn: (it: Notifier) => taken(client.POST('/notifiers/{id}/test', { params: { path: { id: it.id } } })),
    onSuccess: (found, it) => {
      fresh();
      queries.setQueryData(['notifier-test', it.id], found);
      if (found.ok) say(`${it.name} has the test`, { description: found.steps.at(-1)?.detail });
      else void navigate({ to: `/alerts/channels/${it.id}` });
    },
    onError: (error, it) => complain(`${it.name} was not tested`, error),
  });
  useKeys([
    {
      keys: 'N',
      label: 'New channel',
      group: 'This page',
      run: () => (reason === null ? void navigate({ to: '/alerts/channels/new' }) : false),
    },
  ]);
  const rows = list.data?.items;
  const add = (
    <Menu
      align="end"
      trigger={
        <Button disabledReason={reason} icon={<Plus size={14} />} size="sm" variant="primary">
          New channel
        </Button>
      }
    >
      {(kinds ?? []).map((kind) => (
        <MenuItem
          key={kind.kind}
          onSelect={() => void navigate({ to: '/alerts/channels/new', search: { kind: kind.kind } as never })}
        >
          {kind.title}
        </MenuItem>
      ))}
    </Menu>
  );
  return (
    <div className="flex flex-col">
      <PageHeader count={rows ? number(rows.length) : undefined} title="Channels" />
      <AlertTabs active="channels">{add}</AlertTabs>
      {list.isError && !rows ? (
        <ErrorState
          error={list.error}
          onRetry={() => void list.refetch()}
          stillWorks="Alerts are still sent."
          what="The list of channels"
        />
      ) : rows === undefined ? (
        <SkeletonRows rows={4} />
      ) : rows.length === 0 ? (
        <EmptyState
          actions={
            reason === null ? (
              <ButtonLink to="/alerts/channels/new" variant="primary">
                Set up a channel
              </ButtonLink>
            ) : undefined
          }
          icon={<Megaphone size={20} strokeWidth={1.75} />}
          title="Nobody is told yet"
        >
          Alerts show in their list only. A channel tells people: by e-mail, in Slack or Teams, through PagerDuty or
          Opsgenie, or to a webhook of your own. It can be tested before anything depends on it.
        </EmptyState>
      ) : (
        <div className="border-b border-line bg-surface">
          <Table
            columns={[
              {
                key: 'name',
                label: 'Name',
                cell: (it) => (
                  <TextLink
                    className={cx('font-medium', it.enabled ? 'text-ink' : 'text-ink-3')}
                    to={`/alerts/channels/${it.id}`}
                  >
                    {it.name}
                  </TextLink>
                ),
              },
              {
                key: 'kind',
                label: 'Kind',
                width: '10rem',
                cell: (it) => (
                  <span className="text-ink-2">{kinds?.find((each) => each.kind === it.kind)?.title ?? it.kind}</span>
                ),
              },
              {
                key: 'health',
                label: 'Health',
                width: '12rem',
                cell: (it) => (
                  <span title={it.health.last_error ?? undefined}>
                    <StatusText status={channelHealth(it)} />
                  </span>
                ),
              },
              {
                key: 'routing',
                label: 'Told of',
                width: '16rem',
                cell: (it) => (
                  <span className="text-ink-2" title={routingWords(it.routing, nameOf)}>
                    {routingWords(it.routing, nameOf)}
                  </span>
                ),
              },
              {
                key: 'when',
                label: 'When',
                width: '12rem',
                cell: (it) => <span className="text-ink-2">{digestWords(it.digest)}</span>,
              },
              {
                key: 'sent',
                label: 'Last sent',
                width: '8rem',
                cell: (it) => <TimeAgo at={it.health.last_sent_at} className="text-ink-3" />,
              },
              {
                key: 'menu',
                label: '',
                width: '3.5rem',
                end: true,
                cell: (it) => (
                  <RowMenu
                    actions={[
                      { label: 'Send a test', run: () => test.mutate(it), disabledReason: reason },
                      {
                        label: 'What was sent',
                        run: () => void navigate({ to: '/alerts/history', search: { channel: it.id } as never }),
                      },
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
            label="Channels"
            rows={rows}
          />
        </div>
      )}
      {removing ? (
        <RemoveDialog
          name={removing.name}
          noun="channel"
          onClose={() => setRemoving(null)}
          onDone={() => {
            say(`${removing.name} is removed`);
            setRemoving(null);
            fresh();
          }}
          remove={() => taken(client.DELETE('/notifiers/{id}', { params: { path: { id: removing.id } } }))}
        >
          <p>Nobody is told through it any more. What was sent stays in the history; its secrets are gone.</p>
        </RemoveDialog>
      ) : null}
    </div>
  );
}
