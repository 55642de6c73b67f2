// The audit trail: who did what to what, with which result. Filters in the URL, export of all that match, and the check of the chain.
// Invariants: times are UTC; the trail is never patched: what is newer waits until it is asked for.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ChevronDown, Download, FileClock, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { BASE, client, q, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { actorId, actorKinds, useActorNames } from '@/components/actor-names';
import type { Column } from '@/components/data-grid/data-grid';
import { PagedGrid } from '@/components/data-grid/paged-grid';
import { EmptyState } from '@/components/empty-state';
import { ChoiceFilter } from '@/components/filters/choice-filter';
import { RangeFilter } from '@/components/filters/range-filter';
import { SearchBox } from '@/components/filters/search-box';
import { useFilters } from '@/components/filters/use-filters';
import { StatusText } from '@/components/status-text';
import { Timestamp } from '@/components/times';
import { now } from '@/lib/clock';
import { useKeys } from '@/lib/keyboard';
import type { Grammar } from '@/lib/list-grammar';
import { number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button, IconButton } from '@/ui/button';
import { CopyButton } from '@/ui/copy';
import { Menu, MenuItem } from '@/ui/menu';
import { outcomes } from './outcomes';
import { AuditPeek } from './peek';
import { Verify } from './verify';

type AuditEvent = Schemas['AuditEvent'];

const fields: Grammar['fields'] = {
  object: { label: 'Object', kind: 'text' },
  actor: { label: 'Who', kind: 'text' },
  by: { label: 'By', kind: 'set', api: 'actor_kind', tokens: Object.keys(actorKinds) },
  action: { label: 'Action', kind: 'text' },
  outcome: { label: 'Result', kind: 'set', tokens: Object.keys(outcomes) },
  at: { label: 'Time', kind: 'range' },
};

/** The ends of `at` as the API takes them. */
export function ends(at: string | undefined): Record<string, string> {
  const [since = '', until = ''] = (at ?? '').split('..');
  return { ...(since ? { since } : {}), ...(until ? { until } : {}) };
}

const HOUR = 3_600_000;
const iso = (ago: number) => new Date(Math.floor((now() - ago) / 60_000) * 60_000).toISOString().replace('.000', '');

export function AuditPage() {
  const filters = useFilters(fields);
  const nameOf = useActorNames();
  const [total, setTotal] = useState<number>();
  const [verifying, setVerifying] = useState(false);
  const [presets] = useState(() => [
    { text: `${iso(HOUR)}..`, label: 'The last hour' },
    { text: `${iso(24 * HOUR)}..`, label: 'The last 24 hours' },
    { text: `${iso(7 * 24 * HOUR)}..`, label: 'The last 7 days' },
    { text: `${iso(30 * 24 * HOUR)}..`, label: 'The last 30 days' },
  ]);
  const { at, ...rest } = filters.query;
  const query = { ...rest, ...ends(at) };
  const { action: _, ...others } = query;
  const facets = useQuery({
    ...q('/audit/facets', { query: others as never }),
    placeholderData: keepPreviousData,
  }).data?.facets;
  const actions = facets?.find((facet) => facet.facet === 'action')?.values ?? [];
  const peek = filters.search.peek;
  const exported = (format: string) =>
    globalThis.window.location.assign(`${BASE}/audit/export?${new URLSearchParams({ ...query, format })}`);
  useKeys([
    { keys: 'Shift+E', label: 'Export all that match', group: 'This list', run: () => exported('csv') },
    { keys: 'V', label: 'Verify the chain', group: 'This list', run: () => setVerifying(true) },
  ]);
  const columns: readonly Column<AuditEvent>[] = [
    {
      key: 'at',
      label: 'Time',
      width: 208,
      cell: (it) => <Timestamp at={it.at} className="text-ink-3" />,
    },
    {
      key: 'who',
      label: 'Who',
      width: 168,
      cell: (it) => (
        <span title={actorKinds[it.actor.kind]}>
          <span className="text-ink-2">{nameOf(it.actor)}</span>
        </span>
      ),
    },
    {
      key: 'what',
      label: 'Did what',
      width: 280,
      grow: 2,
      cell: (it) => <span title={it.summary}>{it.summary}</span>,
    },
    {
      key: 'action',
      label: 'Action',
      width: 176,
      cell: (it) => <code className="text-ink-3">{it.action}</code>,
    },
    {
      key: 'outcome',
      label: 'Result',
      width: 96,
      cell: (it) => <StatusText status={outcomes[it.outcome]} />,
    },
    {
      key: 'request',
      label: 'Request',
      width: 152,
      cell: (it) =>
        it.request_id ? (
          <span className="flex items-center gap-1">
            <code className="min-w-0 truncate text-ink-3">{it.request_id}</code>
            <CopyButton label="Copy request id" text={it.request_id} />
          </span>
        ) : (
          <span className="text-ink-3 italic">by itself</span>
        ),
    },
  ];
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        count={total === undefined ? undefined : filters.filtered ? `${number(total)} matching` : number(total)}
        title="Audit"
      />
      <div className="flex min-h-13 shrink-0 flex-wrap items-center gap-2 border-b border-line bg-canvas px-5 py-2">
        <SearchBox
          onChange={(text) => filters.set('object', text.trim(), true)}
          placeholder="Id of an object"
          value={filters.search.object ?? ''}
        />
        <RangeFilter
          hint="Times in UTC, such as 2026-11-24T00:00:00Z."
          label="Time"
          onChange={(text) => filters.set('at', text)}
          presets={presets}
          text={filters.search.at}
        />
        <ChoiceFilter
          label="Who"
          onChange={(text) => filters.set('by', text)}
          options={Object.entries(actorKinds).map(([value, label]) => ({ value, label }))}
          text={filters.search.by}
        />
        <ChoiceFilter
          label="Action"
          onChange={(text) => filters.set('action', text)}
          options={actions.flatMap(({ value }) => (value ? [{ value, label: value }] : []))}
          single
          text={filters.search.action}
        />
        <ChoiceFilter
          label="Result"
          onChange={(text) => filters.set('outcome', text)}
          options={Object.entries(outcomes).map(([value, word]) => ({ value, label: word.label }))}
          single
          text={filters.search.outcome}
        />
        {filters.search.actor ? (
          <Button onClick={() => filters.set('actor', undefined)}>
            {fields.actor?.label}: {filters.search.actor} ×
          </Button>
        ) : null}
        <span className="ms-auto flex items-center gap-2">
          <Button icon={<ShieldCheck size={14} />} onClick={() => setVerifying(true)}>
            Verify chain
          </Button>
          <Button icon={<Download size={14} />} onClick={() => exported('csv')}>
            Export CSV
          </Button>
          <Menu
            align="end"
            trigger={<IconButton icon={<ChevronDown size={16} />} label="Export in another form" variant="outline" />}
          >
            {(['json', 'ndjson'] as const).map((format) => (
              <MenuItem key={format} onSelect={() => exported(format)}>
                All {total === undefined ? '' : number(total)} as {format.toUpperCase()}, with the seals
              </MenuItem>
            ))}
          </Menu>
        </span>
      </div>
      {filters.ignored.length > 0 ? (
        <Banner className="border-b border-line px-5" tone="warn">
          Ignored: {filters.ignored.join(', ')}
        </Banner>
      ) : null}
      <div className="flex min-h-0 flex-1">
        <PagedGrid<AuditEvent>
          columns={columns}
          empty={
            <EmptyState
              actions={
                filters.filtered ? (
                  <Button onClick={filters.reset} variant="primary">
                    Reset the filters
                  </Button>
                ) : undefined
              }
              icon={<FileClock size={20} strokeWidth={1.75} />}
              title={filters.filtered ? 'Nothing matches' : 'Nothing has happened yet'}
            >
              {filters.filtered
                ? 'The trail is kept whole: with fewer filters there is more.'
                : 'Every change, and every refusal, leaves its line here.'}
            </EmptyState>
          }
          follow="all"
          label="Audit events"
          nameOf={(it) => it.summary}
          onEscape={() => {
            if (peek === undefined) return false;
            filters.set('peek', undefined);
            return true;
          }}
          onOpen={(it) => filters.set('peek', it.id, peek !== undefined)}
          onTotal={setTotal}
          page={(cursor, limit, signal) =>
            taken(
              client.GET('/audit', {
                params: { query: { ...query, cursor, limit, total: cursor === undefined } as never },
                signal,
              }),
            )
          }
          path="/audit"
          pill
          query={query}
          stillWorks="Everything is still written to it."
        />
        {peek ? (
          <AuditPeek
            id={peek}
            nameOf={nameOf}
            onClose={() => filters.set('peek', undefined)}
            onFilter={(key, event) =>
              filters.set(
                key,
                key === 'actor'
                  ? (actorId(event.actor) ?? undefined)
                  : key === 'object'
                    ? event.object_id
                    : event.action,
              )
            }
          />
        ) : null}
      </div>
      {verifying ? <Verify onClose={() => setVerifying(false)} /> : null}
    </div>
  );
}
