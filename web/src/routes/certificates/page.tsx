// The certificate list: views, filters, a grid of any length, selection, bulk actions, peek. All that is seen is in the URL.
import { useNavigate, useRouter } from '@tanstack/react-router';
import { Download, Plus, Rows2, Rows3 } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useMay, useNames } from '@/api/caller';
import type { Certificate } from '@/api/types';
import { ColumnChooser } from '@/components/data-grid/column-chooser';
import { DataGrid, HEADER, useFollow } from '@/components/data-grid/data-grid';
import { useGridKeys } from '@/components/data-grid/keys';
import { useSelection } from '@/components/data-grid/selection';
import { useAnchored } from '@/components/data-grid/source';
import { columnsIn } from '@/components/data-grid/use-columns';
import { useWindow } from '@/components/data-grid/window';
import { ErrorState } from '@/components/error-state';
import { now } from '@/lib/clock';
import { withWidth, writeCols } from '@/lib/cols';
import { Idle } from '@/lib/idle';
import { useKeys } from '@/lib/keyboard';
import { useStable } from '@/lib/latest';
import { setDensity, useDensity } from '@/lib/prefs';
import { date, instant, left } from '@/lib/time';
import { conditions } from '@/lib/tokens';
import { number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { ButtonLink, IconButton } from '@/ui/button';
import { Menu, MenuItem } from '@/ui/menu';
import { columnsOf, usual } from './columns';
import { EmptyList } from './empty';
import { exportUrl } from './export-url';
import { FilterRow } from './filter-row';
import { filterWords } from './filter-words';
import { ListFooter } from './footer';
import { useLiveRows } from './live-rows';
import { useRowActions } from './row-actions';
import { rowsOf } from './rows';
import { useListSearch } from './search';
import { ViewActions } from './view-menu';
import { useViews, ViewTabs } from './views';

export { begin } from './rows';

const bulkBar = () => import('./bulk-bar').then((module) => module.BulkBar);
const peekPanel = () => import('./peek').then((module) => module.Peek);
const saveView = () => import('./save-view').then((module) => module.SaveView);

function mark(sort: string) {
  return (row: Certificate | undefined, index: number): string => {
    const place = `row ${number(index + 1)}`;
    if (row === undefined) return place;
    const end = instant(row.not_after);
    switch (sort.replace(/^-/, '')) {
      case 'name':
        return `${place} · ${row.name}`;
      case 'expires':
        return end === null ? place : `${place} · ${left(end, now())}, ${date(end)}`;
      case 'attention':
        return `${place} · ${conditions[row.condition].label}${end === null ? '' : `, ${left(end, now())}`}`;
      default:
        return place;
    }
  };
}

export function CertificatesPage() {
  const list = useListSearch();
  const nameOf = useNames();
  const navigate = useNavigate();
  const router = useRouter();
  const views = useViews();
  const own = useDensity();
  const compact = (list.density ?? own) === 'compact';
  const rowHeight = compact ? 32 : 40;
  const scroller = useRef<HTMLDivElement>(null);
  const scope = JSON.stringify(list.query);
  const [place, setPlace] = useState({ scope, cursor: 0 });
  const cursor = place.scope === scope ? place.cursor : 0;
  const [saving, setSaving] = useState(false);
  const [total, setTotal] = useState(0);
  const window = useWindow(scroller, total, rowHeight, HEADER);

  const source = useAnchored(rowsOf(list.query), window.settled);
  if (source.total !== total) setTotal(source.total);

  const selecting = useSelection(scope, source.total);
  const news = useLiveRows(source, scope);
  const peek = list.search.peek;
  const setCursor = (index: number) => {
    setPlace({ scope, cursor: index });
    const row = source.at(index);
    if (peek !== undefined && row !== undefined) list.setPeek(row.id, true);
  };
  useFollow(window, cursor);

  const open = (row: Certificate, newTab = false) => {
    if (newTab) globalThis.window.open(`/certificates/${row.id}`, '_blank', 'noopener');
    else void navigate({ to: `/certificates/${row.id}` });
  };
  const look = (row: Certificate) => list.setPeek(peek === row.id ? undefined : row.id, peek !== undefined);
  const { actionsOf, dialog } = useRowActions(open, look);
  useGridKeys({
    source,
    window,
    cursor,
    setCursor,
    selecting,
    onOpen: open,
    onPeek: look,
    onEscape: () => {
      if (peek === undefined) return false;
      list.setPeek(undefined);
      return true;
    },
  });
  const mayCreate = useMay('certificates.create') && '/certificates/new' in router.routesByPath;
  useKeys([
    {
      keys: 'Shift+E',
      label: 'Export all that match',
      group: 'This list',
      run: () => globalThis.window.location.assign(exportUrl(list.query, 'csv')),
    },
    ...(mayCreate
      ? [
          {
            keys: 'N',
            label: 'Request certificate',
            group: 'This list',
            run: () => void navigate({ to: '/certificates/new' }),
          },
        ]
      : []),
  ]);

  const all = useMemo(() => columnsOf(nameOf), [nameOf]);
  const shown = writeCols(list.columns);
  const onWidth = useStable((key: string, width: number | null) =>
    list.setColumns(withWidth(list.columns, key, width), true),
  );
  const columns = useMemo(
    () =>
      columnsIn(all, shown).map((column) => ({
        ...column,
        onWidth: (width: number | null) => onWidth(column.key, width),
      })),
    [all, shown, onWidth],
  );
  const pill = [news.added > 0 ? `${number(news.added)} new` : '', news.gone > 0 ? `${number(news.gone)} gone` : '']
    .filter(Boolean)
    .join(', ');
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <PageHeader
        count={source.pending ? undefined : list.filtered ? `${number(source.total)} matching` : number(source.total)}
        title="Certificates"
      />
      <div
        className="flex h-11 shrink-0 items-center gap-2 border-b border-line bg-surface ps-5 pe-5 narrow:h-auto narrow:flex-wrap narrow:justify-end narrow:pb-2"
        data-print="no"
      >
        <ViewTabs search={list.search} views={views} />
        <ViewActions list={list} onSaveAs={() => setSaving(true)} views={views} />
        <Menu
          align="end"
          trigger={<IconButton icon={<Download size={16} strokeWidth={1.75} />} keys="Shift+E" label="Export" />}
        >
          {(['csv', 'json', 'ndjson'] as const).map((format) => (
            <MenuItem key={format} onSelect={() => globalThis.window.location.assign(exportUrl(list.query, format))}>
              All {number(source.total)} as {format.toUpperCase()}
            </MenuItem>
          ))}
        </Menu>
        <IconButton
          icon={compact ? <Rows2 size={16} strokeWidth={1.75} /> : <Rows3 size={16} strokeWidth={1.75} />}
          label={compact ? 'Comfortable rows' : 'Compact rows'}
          onClick={() => {
            const other = compact ? 'comfortable' : 'compact';
            if (list.density) list.setDensity(other);
            else setDensity(other);
          }}
        />
        <ColumnChooser all={all} onChange={list.setColumns} shown={list.columns} usual={usual} />
        {mayCreate ? (
          <ButtonLink icon={<Plus size={14} />} size="sm" to="/certificates/new" variant="primary">
            Request certificate
          </ButtonLink>
        ) : null}
      </div>
      <FilterRow list={list} />
      {list.ignored.length > 0 ? (
        <Banner className="border-b border-line px-5" tone="warn">
          Ignored: {list.ignored.join(', ')}
        </Banner>
      ) : null}
      <div className="flex min-h-0 flex-1">
        <div className="relative flex min-w-0 flex-1 flex-col">
          {pill ? (
            <button
              className="pop-shadow enter absolute top-12 left-1/2 z-20 -translate-x-1/2 rounded-full bg-raised px-3 py-1 text-xs font-medium text-accent-ink"
              onClick={news.refresh}
              type="button"
            >
              {pill}: refresh
            </button>
          ) : null}
          {source.error && source.total === 0 ? (
            <ErrorState
              error={source.error}
              onRetry={source.refresh}
              stillWorks="Renewals keep running; only this list is affected."
              what="The list"
            />
          ) : (
            <DataGrid
              actionsOf={actionsOf}
              columns={columns}
              cursor={cursor}
              empty={<EmptyList list={list} />}
              filterWords={(key, text) => filterWords(key, text, nameOf)}
              label="Certificates"
              mark={mark(list.sort)}
              nameOf={(row) => row.name}
              onCursor={setCursor}
              onOpen={open}
              onSort={list.setSort}
              rowHeight={rowHeight}
              scroller={scroller}
              selecting={selecting}
              sort={list.sort}
              source={source}
              window={window}
            />
          )}
        </div>
        <Idle load={peekPanel} now={peek !== undefined} with={{ id: peek, onClose: () => list.setPeek(undefined) }} />
      </div>
      <Idle load={bulkBar} now={selecting.size > 0} with={{ query: list.query, selecting, total: source.total }} />
      <ListFooter
        approximate={source.approximate && !source.pending}
        fetching={source.fetching}
        from={window.visible.from}
        to={window.visible.to}
        total={source.total}
        updatedAt={source.updatedAt}
      />
      {dialog}
      <Idle load={saveView} now={saving} with={{ open: saving, list, onClose: () => setSaving(false) }} />
    </div>
  );
}
