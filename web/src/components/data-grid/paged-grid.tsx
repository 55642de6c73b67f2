// A whole list without anchors: the grid, its keys, its footer, and events. Not for: lists with anchors and selection
// (the certificates put those together themselves). Invariants: events bring rows up to date in place; in a list that begins
// with the newest, what came waits behind a pill.
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { onEvent, useLive } from '@/api/live';
import { ErrorState } from '@/components/error-state';
import { opening, type RowAction } from '@/components/row-menu';
import { useNow } from '@/lib/clock';
import { useLatest } from '@/lib/latest';
import { useDensity } from '@/lib/prefs';
import { ago } from '@/lib/time';
import { number } from '@/lib/words';
import { Keys } from '@/ui/kbd';
import { type Column, DataGrid, HEADER, useFollow } from './data-grid';
import { useGridKeys } from './keys';
import { type Row, type Sequential, useSequential } from './source';
import { useWindow } from './window';

interface Props<T extends Row> {
  /** What it is a list of, in the plural: "Agents". */
  label: string;
  /** Where its rows come from: another query is another list. */
  rows: Sequential<T>;
  columns: readonly Column<T>[];
  nameOf: (row: T) => string;
  /** Where a row leads, or what it opens. */
  hrefOf?: (row: T) => string;
  onOpen?: (row: T) => void;
  /** What can be done with a row beside opening it. */
  actionsOf?: (row: T) => readonly RowAction[];
  onEscape?: () => boolean;
  empty: ReactNode;
  stillWorks?: string;
  /** Kinds of objects whose events concern this list; `all` for every event. */
  follow: readonly string[] | 'all';
  /** What comes is shown when asked for. */
  pill?: boolean;
  /** Asks anew after so many ms, for what no event tells. */
  every?: number;
  onTotal?: (total: number | undefined) => void;
}

const SOON = 1500;
const NO_SORT = () => {};

export function PagedGrid<T extends Row>(props: Props<T>) {
  const { label, rows, follow, pill, every } = props;
  const navigate = useNavigate();
  const scroller = useRef<HTMLDivElement>(null);
  const scope = JSON.stringify(rows.key);
  const [place, setPlace] = useState({ scope, cursor: 0 });
  const [news, setNews] = useState({ scope, waiting: false });
  const [total, setTotal] = useState(0);
  const cursor = place.scope === scope ? place.cursor : 0;
  const rowHeight = useDensity() === 'compact' ? 32 : 40;
  const window = useWindow(scroller, total, rowHeight, HEADER);
  const source = useSequential(rows, window.settled);
  if (source.total !== total) setTotal(source.total);
  const setCursor = (index: number) => setPlace({ scope, cursor: index });
  useFollow(window, cursor);

  const latest = useLatest({ source, tell: props.onTotal });
  const known = source.pending ? undefined : source.total;
  useEffect(() => latest.current.tell?.(known), [known, latest]);

  const wanted = follow === 'all' ? 'all' : follow.join(' ');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onEvent((event) => {
      if (event.kind !== 'reset' && wanted !== 'all' && !wanted.split(' ').includes(event.object_kind)) return;
      if (pill) setNews({ scope, waiting: true });
      else
        timer ??= setTimeout(() => {
          timer = undefined;
          latest.current.source.refresh();
        }, SOON);
    });
    const again = every === undefined ? undefined : setInterval(() => latest.current.source.refresh(), every);
    return () => {
      stop();
      clearTimeout(timer);
      clearInterval(again);
    };
  }, [wanted, pill, every, scope, latest]);

  const open = (row: T, newTab = false) => {
    const href = props.hrefOf?.(row);
    if (href === undefined) props.onOpen?.(row);
    else if (newTab) globalThis.window.open(href, '_blank', 'noopener');
    else void navigate({ to: href });
  };
  useGridKeys({ source, window, cursor, setCursor, onOpen: open, onEscape: props.onEscape });
  const actionsOf = (row: T): readonly RowAction[] => [
    ...opening(open, row, props.hrefOf !== undefined),
    ...(props.actionsOf?.(row) ?? []).map((action, place) => (place === 0 ? { ...action, begins: true } : action)),
  ];

  if (source.error && source.total === 0)
    return (
      <ErrorState
        error={source.error}
        onRetry={source.refresh}
        stillWorks={props.stillWorks ?? 'Renewals keep running; only this list is affected.'}
        what={`The list of ${label.toLowerCase()}`}
      />
    );
  return (
    <div className="relative flex min-h-0 min-w-0 flex-1 flex-col">
      {news.waiting && news.scope === scope ? (
        <button
          className="pop-shadow enter absolute top-12 left-1/2 z-20 -translate-x-1/2 rounded-full bg-raised px-3 py-1 text-xs font-medium text-accent-ink"
          onClick={() => {
            setNews({ scope, waiting: false });
            source.refresh();
            setCursor(0);
          }}
          type="button"
        >
          There are newer ones: show them
        </button>
      ) : null}
      <DataGrid
        actionsOf={actionsOf}
        columns={props.columns}
        cursor={cursor}
        empty={props.empty}
        label={label}
        nameOf={props.nameOf}
        onCursor={setCursor}
        onOpen={open}
        onSort={NO_SORT}
        rowHeight={rowHeight}
        scroller={scroller}
        sort=""
        source={source}
        window={window}
      />
      <Footer
        fetching={source.fetching}
        from={window.visible.from}
        to={window.visible.to}
        total={source.total}
        updatedAt={source.updatedAt}
      />
    </div>
  );
}

function Footer(props: { from: number; to: number; total: number; updatedAt: number; fetching: boolean }) {
  const { from, to, total, updatedAt, fetching } = props;
  const live = useLive();
  const now = useNow();
  return (
    <footer
      className="flex h-8 shrink-0 items-center gap-5 border-t border-line bg-canvas px-5 text-xs text-ink-3"
      data-print="no"
    >
      <span className="nums">
        {total === 0 ? 'no rows' : `${number(from + 1)}–${number(Math.min(total, to + 1))} of ${number(total)}`}
      </span>
      <span className="nums">
        {live.connected ? 'Live' : 'Not live'}
        {updatedAt > 0 ? `, ${fetching ? 'updating' : `updated ${ago(updatedAt, now)}`}` : ''}
      </span>
      <span className="ms-auto flex items-center gap-4 tablet:hidden">
        <span className="flex items-center gap-1.5">
          <Keys keys="J K" /> move
        </span>
        <span className="flex items-center gap-1.5">
          <Keys keys="Enter" /> open
        </span>
        <span className="flex items-center gap-1.5">
          <Keys keys="." /> actions
        </span>
        <span className="flex items-center gap-1.5">
          <Keys keys="?" /> all shortcuts
        </span>
      </span>
    </footer>
  );
}
