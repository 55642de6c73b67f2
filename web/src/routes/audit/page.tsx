// The audit trail: who did what to what, with which result. Filters in the URL, export of all that match, and the check of the chain.
// Invariants: times are UTC; the trail is never patched: what is newer waits until it is asked for.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ChevronDown, Copy, Download, ExternalLink, FileClock, ListFilter, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { BASE, q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { actorKinds, useActorNames, useActors } from '@/components/actor-names';
import type { Column } from '@/components/data-grid/data-grid';
import { begins, listed } from '@/components/data-grid/listed';
import { PagedGrid } from '@/components/data-grid/paged-grid';
import { useColumns } from '@/components/data-grid/use-columns';
import { EmptyState } from '@/components/empty-state';
import { ChoiceFilter } from '@/components/filters/choice-filter';
import { RangeFilter } from '@/components/filters/range-filter';
import { SearchBox } from '@/components/filters/search-box';
import { TextFilter } from '@/components/filters/text-filter';
import { queryOf, useFilters } from '@/components/filters/use-filters';
import type { RowAction } from '@/components/row-menu';
import { StatusText } from '@/components/status-text';
import { Timestamp } from '@/components/times';
import { now } from '@/lib/clock';
import { useKeys } from '@/lib/keyboard';
import { number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button, IconButton } from '@/ui/button';
import { CopyButton } from '@/ui/copy';
import { Menu, MenuItem } from '@/ui/menu';
import { type AuditKey, addressFault, asked, auditKeys, fields, pageOf, valueOf } from './grammar';
import { Histogram } from './histogram';
import { outcomes } from './outcomes';
import { AuditPeek } from './peek';
import { Verify } from './verify';

type AuditEvent = Schemas['AuditEvent'];

const HOUR = 3_600_000;
const iso = (ago: number) => new Date(Math.floor((now() - ago) / 60_000) * 60_000).toISOString().replace('.000', '');

/** Asks for the rows before the page is drawn. */
export const begin = begins('/audit', (search) => asked(queryOf(fields, search)));

export function AuditPage() {
  const filters = useFilters(fields);
  const nameOf = useActorNames();
  const actors = useActors();
  const navigate = useNavigate();
  const [total, setTotal] = useState<number>();
  const [verifying, setVerifying] = useState(false);
  const [presets] = useState(() => [
    { text: `${iso(HOUR)}..`, label: 'The last hour' },
    { text: `${iso(24 * HOUR)}..`, label: 'The last 24 hours' },
    { text: `${iso(7 * 24 * HOUR)}..`, label: 'The last 7 days' },
    { text: `${iso(30 * 24 * HOUR)}..`, label: 'The last 30 days' },
  ]);
  const query = asked(filters.query);
  const { action: _, ...others } = query;
  const facets = useQuery({
    ...q('/audit/facets', { query: others as never }),
    placeholderData: keepPreviousData,
  }).data?.facets;
  const actions = facets?.find((facet) => facet.facet === 'action')?.values ?? [];
  const peek = filters.search.peek;
  const exported = (format: string) =>
    globalThis.window.location.assign(`${BASE}/audit/export?${new URLSearchParams({ ...query, format })}`);
  const only = (key: AuditKey, event: AuditEvent) => filters.set(key, valueOf(key, event));
  const actionsOf = (it: AuditEvent): RowAction[] => {
    const page = pageOf(it);
    return [
      ...(page
        ? [
            {
              label: `Open the ${it.object_kind.replaceAll('_', ' ')}`,
              icon: <ExternalLink size={14} />,
              run: () => void navigate({ to: page }),
            },
          ]
        : []),
      ...(it.request_id
        ? [
            {
              label: 'Copy the request’s id',
              icon: <Copy size={14} />,
              run: () => void navigator.clipboard.writeText(it.request_id ?? ''),
            },
          ]
        : []),
      ...auditKeys
        .filter(({ key }) => valueOf(key, it) !== undefined)
        .map(({ key, label }) => ({
          label,
          group: 'Only',
          icon: <ListFilter size={14} />,
          run: () => only(key, it),
        })),
    ];
  };
  useKeys([
    { keys: 'Shift+E', label: 'Export all that match', group: 'This list', run: () => exported('csv') },
    { keys: 'V', label: 'Verify the chain', group: 'This list', run: () => setVerifying(true) },
  ]);
  const columns: readonly Column<AuditEvent>[] = [
    {
      key: 'at',
      label: 'Time',
      width: 200,
      cell: (it) => <Timestamp at={it.at} className="text-ink-3" />,
    },
    {
      key: 'who',
      label: 'Who',
      width: 132,
      cell: (it) => (
        <span title={actorKinds[it.actor.kind]}>
          <span className="text-ink-2">{nameOf(it.actor, it.actor_name)}</span>
        </span>
      ),
    },
    {
      key: 'what',
      label: 'Did what',
      width: 240,
      grow: 2,
      cell: (it) => <span title={it.summary}>{it.summary}</span>,
    },
    {
      key: 'action',
      label: 'Action',
      width: 160,
      cell: (it) => <code className="text-ink-3">{it.action}</code>,
    },
    {
      key: 'outcome',
      label: 'Result',
      width: 88,
      cell: (it) => <StatusText status={outcomes[it.outcome]} />,
    },
    {
      key: 'from',
      label: 'From',
      width: 120,
      cell: (it) =>
        it.source_address ? (
          <code className="text-ink-2" title={it.source_address}>
            {it.source_address}
          </code>
        ) : (
          <span className="text-ink-3 italic">not told</span>
        ),
    },
    {
      key: 'request',
      label: 'Request',
      width: 136,
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
  const grid = useColumns(columns);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        count={total === undefined ? undefined : filters.filtered ? `${number(total)} matching` : number(total)}
        title="Audit"
      />
      <div
        className="flex min-h-13 shrink-0 flex-wrap items-center gap-2 border-b border-line bg-canvas px-5 py-2"
        data-print="no"
      >
        <SearchBox
          onChange={(text) => filters.set('q', text.trim(), true)}
          placeholder="Text, or an id"
          value={filters.search.q ?? ''}
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
        <TextFilter
          fault={addressFault}
          help="The address a request came from."
          label="From"
          onChange={(text) => filters.set('from', text)}
          placeholder="10.20.0.5"
          text={filters.search.from}
        />
        {actors.length > 0 ? (
          <ChoiceFilter
            label="By name"
            onChange={(text) => filters.set('actor', text)}
            options={actors}
            single
            text={filters.search.actor}
          />
        ) : null}
        {(['actor', 'object'] as const).map((key) =>
          filters.search[key] && (key === 'object' || actors.length === 0) ? (
            <TextFilter
              help={key === 'actor' ? 'The id of who did it.' : 'The id of what it was done to.'}
              key={key}
              label={fields[key]?.label ?? key}
              onChange={(text) => filters.set(key, text)}
              text={filters.search[key]}
            />
          ) : null,
        )}
        <span className="ms-auto flex flex-wrap items-center gap-2">
          {grid.chooser}
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
      <Histogram onRange={(range) => filters.set('at', range)} query={query} ranged={filters.search.at !== undefined} />
      <div className="flex min-h-0 flex-1">
        <PagedGrid<AuditEvent>
          actionsOf={actionsOf}
          columns={grid.columns}
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
          pill
          rows={listed('/audit', query)}
          stillWorks="Everything is still written to it."
        />
        {peek ? (
          <AuditPeek id={peek} nameOf={nameOf} onClose={() => filters.set('peek', undefined)} onFilter={only} />
        ) : null}
      </div>
      {verifying ? <Verify onClose={() => setVerifying(false)} /> : null}
    </div>
  );
}
