// What the sections of the settings share: a panel with a list in its states, and the words of roles and scopes.
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useNames } from '@/api/caller';
import type { Schemas } from '@/api/types';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { and, count } from '@/lib/words';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';
import { Table, type TableColumn } from '@/ui/table';

export type Role = Schemas['Role'];

export const roleNames: Record<Role, string> = {
  admin: 'Admin',
  operator: 'Operator',
  viewer: 'Viewer',
  auditor: 'Auditor',
};

export const roleOptions = (Object.entries(roleNames) as [Role, string][]).map(([value, label]) => ({ value, label }));

interface Props<T> {
  title: string;
  one: string;
  what: string;
  list: UseQueryResult<{ items: T[]; next_cursor?: string | null }>;
  columns: readonly TableColumn<T>[];
  keyOf: (row: T) => string;
  rowClass?: (row: T) => string | undefined;
  actions?: ReactNode;
  empty: { title: string; text: string };
}

export function ListPanel<T>(props: Props<T>) {
  const { list } = props;
  const rows = list.data?.items;
  return (
    <Panel
      actions={props.actions}
      flush
      note={
        rows && rows.length > 0
          ? `${count(rows.length, props.one)}${list.data?.next_cursor ? ' and more' : ''}`
          : undefined
      }
      title={props.title}
    >
      {list.isError && !list.data ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} what={props.what} />
      ) : rows === undefined ? (
        <SkeletonRows rows={4} />
      ) : rows.length === 0 ? (
        <EmptyState title={props.empty.title}>{props.empty.text}</EmptyState>
      ) : (
        <Table columns={props.columns} keyOf={props.keyOf} label={props.title} rowClass={props.rowClass} rows={rows} />
      )}
    </Panel>
  );
}

/** On what a role holds: everything, or certain teams and environments. */
export function ScopeText({ scope }: { scope: Schemas['Scope'] | undefined }) {
  const nameOf = useNames();
  const parts = [...(scope?.team_ids ?? []).map(nameOf), ...(scope?.environments ?? [])];
  return parts.length === 0 ? (
    <span className="text-ink-3">everything</span>
  ) : (
    <span title={and(parts)}>{and(parts)}</span>
  );
}
