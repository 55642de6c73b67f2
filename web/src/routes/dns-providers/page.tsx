// The DNS providers, which set the records that prove control of names by DNS: how each is doing, and who uses it.
// Not for: the zones themselves.
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Globe, Plus } from 'lucide-react';
import { useState } from 'react';
import { issuersQuery, useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { IssuerTabs } from '@/components/issuers/issuer-tabs';
import { RemoveDnsProvider } from '@/components/issuers/remove-dns-provider';
import { RowMenu, useRowKeys } from '@/components/row-menu';
import { StatusText } from '@/components/status-text';
import { TimeAgo } from '@/components/times';
import { dnsStatus, usersOf } from '@/lib/dns-words';
import { useKeys } from '@/lib/keyboard';
import { number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Button, ButtonLink } from '@/ui/button';
import { TextLink } from '@/ui/link';
import { Menu, MenuItem } from '@/ui/menu';
import { SkeletonRows } from '@/ui/skeleton';
import { Table } from '@/ui/table';

type DnsProvider = Schemas['DnsProvider'];

export function DnsProvidersPage() {
  useRowKeys();
  const navigate = useNavigate();
  const reason = may(useCaller(), 'issuers.manage');
  const [removing, setRemoving] = useState<DnsProvider | null>(null);
  const list = useQuery(q('/dns-providers', { query: { limit: 500 } }));
  const kinds = useQuery({ ...q('/dns-provider-kinds'), staleTime: Number.POSITIVE_INFINITY }).data;
  const issuers = useQuery(issuersQuery()).data?.items;
  useKeys([
    {
      keys: 'N',
      label: 'New DNS provider',
      group: 'This page',
      run: () => (reason === null ? void navigate({ to: '/issuers/dns-providers/new' }) : false),
    },
  ]);
  const rows = list.data?.items;
  const open = (it: DnsProvider) => void navigate({ to: `/issuers/dns-providers/${it.id}` });
  return (
    <div className="flex flex-col">
      <PageHeader count={rows ? number(rows.length) : undefined} title="DNS providers" />
      <IssuerTabs active="dns">
        <Menu
          align="end"
          className="max-h-100 overflow-y-auto"
          trigger={
            <Button disabledReason={reason} icon={<Plus size={14} />} size="sm" variant="primary">
              New DNS provider
            </Button>
          }
        >
          {(kinds ?? []).map((kind) => (
            <MenuItem
              key={kind.kind}
              onSelect={() => void navigate({ to: '/issuers/dns-providers/new', search: { kind: kind.kind } as never })}
            >
              {kind.title}
            </MenuItem>
          ))}
        </Menu>
      </IssuerTabs>
      {list.isError && !rows ? (
        <ErrorState
          error={list.error}
          onRetry={() => void list.refetch()}
          stillWorks="Names are still proved."
          what="The list of DNS providers"
        />
      ) : rows === undefined ? (
        <SkeletonRows rows={4} />
      ) : rows.length === 0 ? (
        <EmptyState
          actions={
            reason === null ? (
              <ButtonLink to="/issuers/dns-providers/new" variant="primary">
                Set up a DNS provider
              </ButtonLink>
            ) : undefined
          }
          icon={<Globe size={20} strokeWidth={1.75} />}
          title="No DNS provider yet"
        >
          An authority that speaks ACME wants proof of each name. A DNS provider sets a record for it and takes it away
          again: that works for names that nobody reaches from outside, and is the only way for wildcards. It can be
          tested before an issuer uses it.
        </EmptyState>
      ) : (
        <div className="border-b border-line bg-surface">
          <Table<DnsProvider>
            columns={[
              {
                key: 'name',
                label: 'Name',
                cell: (it) => (
                  <TextLink className="font-medium text-ink" to={`/issuers/dns-providers/${it.id}`}>
                    {it.name}
                  </TextLink>
                ),
              },
              {
                key: 'kind',
                label: 'Kind',
                width: '14rem',
                cell: (it) => (
                  <span className="text-ink-2">{kinds?.find((each) => each.kind === it.kind)?.title ?? it.kind}</span>
                ),
              },
              {
                key: 'health',
                label: 'Health',
                width: '11rem',
                cell: (it) => (
                  <span title={it.last_failure ?? undefined}>
                    <StatusText status={dnsStatus(it)} />
                  </span>
                ),
              },
              {
                key: 'used',
                label: 'Used by',
                width: '14rem',
                cell: (it) => {
                  const users = issuers && usersOf(it.id, issuers);
                  const [first] = users ?? [];
                  return first ? (
                    <span className="text-ink-2">
                      <TextLink to={`/issuers/${first.id}`}>{first.name}</TextLink>
                      {users && users.length > 1 ? ` and ${number(users.length - 1)} more` : ''}
                    </span>
                  ) : (
                    <span className="text-ink-3 italic">{users ? 'no issuer' : ''}</span>
                  );
                },
              },
              {
                key: 'worked',
                label: 'Last worked',
                width: '8rem',
                cell: (it) => <TimeAgo at={it.last_success_at} className="text-ink-3" />,
              },
              {
                key: 'menu',
                label: '',
                width: '3.5rem',
                end: true,
                cell: (it) => (
                  <RowMenu
                    actions={[
                      { label: 'Open', run: () => open(it) },
                      { label: 'Test…', run: () => open(it), disabledReason: reason },
                      { label: 'Remove…', run: () => setRemoving(it), danger: true, disabledReason: reason },
                    ]}
                    name={it.name}
                  />
                ),
              },
            ]}
            keyOf={(it) => it.id}
            label="DNS providers"
            rows={rows}
          />
        </div>
      )}
      {removing ? (
        <RemoveDnsProvider it={removing} onClose={() => setRemoving(null)} onDone={() => setRemoving(null)} />
      ) : null}
    </div>
  );
}
