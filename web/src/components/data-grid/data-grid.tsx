// The grid of a long list: virtual rows, cursor, selection, sorting by header, keys. Not for: short tables (a plain table).
// Invariants: role=grid with the real row numbers and one tab stop; rows that are not here yet are flat bars that do not move;
// the order never changes under the pointer.
import { ArrowDown, ArrowUp } from 'lucide-react';
import {
  type CSSProperties,
  type MouseEvent,
  memo,
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useRef,
} from 'react';
import { PrintFilters } from '@/components/print-filters';
import { openMenuIn, quietMenu, type RowAction, RowMenu, rowBindings } from '@/components/row-menu';
import { within } from '@/lib/cols';
import { cx } from '@/lib/cx';
import { useKeys } from '@/lib/keyboard';
import { useLatest, useStable } from '@/lib/latest';
import { usePainted } from '@/lib/painted';
import { beforePrinting, usePrinting } from '@/lib/print';
import { number } from '@/lib/words';
import { Checkbox } from '@/ui/checkbox';
import { Changed } from './changed';
import type { Selecting } from './selection';
import type { Row, Source } from './source';
import type { Window } from './window';

export interface Column<T> {
  key: string;
  label: string;
  /** Pixels, and what part of the rest it takes. */
  width: number;
  grow?: number;
  /** The token that sorts by it. */
  sort?: string;
  /** Keeps another width; null is the usual one. Without it the width is fixed. */
  onWidth?: (width: number | null) => void;
  cell: (row: T) => ReactNode;
}

export const HEADER = 36;
/** Below the last row while something is selected: the bar of actions floats there. */
const BAR = 72;
const PRINTED = 1000;
const MENU = 36;

interface Props<T extends Row> {
  label: string;
  columns: readonly Column<T>[];
  source: Source<T>;
  window: Window;
  scroller: RefObject<HTMLDivElement | null>;
  rowHeight: number;
  cursor: number;
  onCursor: (index: number) => void;
  onOpen: (row: T) => void;
  selecting?: Selecting;
  /** The order: `expires`, `-name`. */
  sort: string;
  onSort: (sort: string) => void;
  nameOf: (row: T) => string;
  /** What can be done with a row: behind its ⋯, by `.`, and by the keys that are printed there. */
  actionsOf?: (row: T) => readonly RowAction[];
  /** Beside the scrollbar while it flies: what the order is at this row. */
  mark?: (row: T | undefined, index: number) => string;
  empty?: ReactNode;
  /** A filter of the address in words, for paper. */
  filterWords?: (key: string, text: string) => string;
}

interface RowProps<T> {
  row: T | undefined;
  index: number;
  /** Undefined: where it falls in the flow. */
  top: number | undefined;
  height: number;
  id: string;
  columns: readonly Column<T>[];
  active: boolean;
  selected: boolean;
  selectable: boolean;
  name: string;
  actions: ((row: T) => readonly RowAction[]) | undefined;
  on: (event: MouseEvent, index: number) => void;
}

function GridRow<T extends Row>({
  row,
  index,
  top,
  height,
  id,
  columns,
  active,
  selected,
  selectable,
  name,
  actions,
  on,
}: RowProps<T>) {
  return (
    <div
      aria-rowindex={index + 2}
      aria-selected={selectable ? selected : undefined}
      className={cx(
        'group/row grid grid-cols-(--grid-columns) items-center border-b border-line pe-4',
        top === undefined ? 'relative break-inside-avoid' : 'absolute inset-x-0 [contain:layout_style]',
        selected ? 'bg-accent-soft' : 'hover:bg-fill/60',
        active &&
          "before:absolute before:inset-y-0 before:start-0 before:w-0.5 before:bg-accent-ink before:content-['']",
        active && !selected && 'bg-fill/60',
      )}
      data-active={active ? '' : undefined}
      id={id}
      onClick={(event) => on(event, index)}
      onKeyDown={undefined}
      role="row"
      style={{
        transform: top === undefined ? undefined : `translateY(${top}px)`,
        height,
      }}
      tabIndex={-1}
    >
      {selectable ? (
        <span className="flex justify-center" role="gridcell">
          {row ? <Checkbox checked={selected} label={`Select ${name}`} readOnly tabIndex={-1} /> : null}
        </span>
      ) : (
        <span role="presentation" />
      )}
      {columns.map((column, place) => (
        <span className="min-w-0 truncate pe-3" key={column.key} role="gridcell">
          {row ? (
            column.cell(row)
          ) : (
            <span
              className={cx('block h-2.5 rounded-chip bg-fill', ['w-40', 'w-20', 'w-28', 'w-14'][(place + index) % 4])}
            />
          )}
        </span>
      ))}
      {actions ? (
        <span className="sticky end-3 flex justify-end" data-print="no" role="gridcell">
          {row ? (
            <RowMenu
              actions={() => actions(row)}
              className={quietMenu}
              label={`Menu of ${name}`}
              name={name}
              tab={false}
            />
          ) : null}
        </span>
      ) : null}
      <Changed at={id} row={row} />
    </div>
  );
}
const MemoRow = memo(GridRow) as typeof GridRow;

/** What of a list stands on paper: rows that are here, from the first on. */
function printed<T extends Row>(source: Source<T>): number[] {
  const indices: number[] = [];
  while (indices.length < PRINTED && source.at(indices.length) !== undefined) indices.push(indices.length);
  return indices;
}

export function DataGrid<T extends Row>(props: Props<T>) {
  const { columns, source, window, scroller, cursor, selecting, sort } = props;
  const id = useId();
  const printing = usePrinting();
  // Nothing is chosen or done on paper.
  const menu = props.actionsOf !== undefined && !printing;
  const { template, width } = printing ? onPaper(columns) : tracks(columns, menu);
  const indices = printing
    ? printed(source)
    : Array.from({ length: Math.max(0, window.count) }, (_, offset) => window.first + offset);
  const pool = Math.max(1, indices.length);
  // Menus show when the pointer comes: rows are there sooner without them.
  const painted = usePainted();

  // A handler that does not change, so that rows are drawn again only for what changed in them.
  const latest = useLatest(props);
  useEffect(() => beforePrinting(() => latest.current.source.fill(PRINTED)), [latest]);
  const on = useStable((event: MouseEvent, index: number) => {
    const now = latest.current;
    const row = now.source.at(index);
    if (row === undefined) return;
    const target = event.target as HTMLElement;
    if (target.closest('a, button')) return;
    if (event.shiftKey && now.selecting) {
      const [from, to] = [Math.min(now.cursor, index), Math.max(now.cursor, index)];
      const ids = [];
      for (let at = from; at <= to; at += 1) {
        const other = now.source.at(at);
        if (other) ids.push(other.id);
      }
      now.selecting.add(ids);
    } else if (target.closest('input') && now.selecting) now.selecting.toggle(row.id);
    now.onCursor(index);
    now.scroller.current?.focus({ preventScroll: true });
  });

  const actions = useStable((row: T) => latest.current.actionsOf?.(row) ?? []);
  const here = source.at(cursor);
  useKeys(
    here && props.actionsOf
      ? rowBindings(
          props.nameOf(here),
          props.actionsOf(here),
          'This list',
          () => openMenuIn(document.getElementById(`${id}-${cursor}`)),
          () => (selecting?.size ?? 0) === 0,
        )
      : [],
  );

  const selectedHere = selecting ? (selecting.selection.kind === 'all' ? source.total : selecting.size) : 0;
  const marked = window.flying && props.mark ? props.mark(source.at(window.visible.from), window.visible.from) : null;

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <PrintFilters
        rows={`${props.label}: ${number(source.total)}${indices.length < source.total ? `, the first ${number(indices.length)} here` : ''}`}
        words={props.filterWords}
      />
      <div
        aria-activedescendant={source.total > 0 ? `${id}-${cursor}` : undefined}
        aria-busy={source.fetching || undefined}
        aria-colcount={columns.length + 1 + (menu ? 1 : 0)}
        aria-label={props.label}
        aria-multiselectable={selecting ? true : undefined}
        aria-rowcount={source.total + 1}
        className="min-h-0 flex-1 overflow-auto bg-surface outline-none print:overflow-visible print:[page:wide] [scroll-padding-block:36px_64px] focus-visible:outline-0"
        ref={scroller}
        role="grid"
        style={{ '--grid-columns': template, '--grid-width': width } as CSSProperties}
        tabIndex={0}
      >
        <div
          aria-rowindex={1}
          className="sticky top-0 z-10 grid h-9 min-w-(--grid-width) grid-cols-(--grid-columns) items-center border-b border-line bg-surface pe-4 text-xs"
          role="row"
        >
          {selecting && !printing ? (
            <span className="flex justify-center" role="columnheader">
              <Checkbox
                checked={selectedHere > 0 && selectedHere === source.total}
                indeterminate={selectedHere > 0 && selectedHere < source.total}
                label={selectedHere > 0 ? 'Clear the selection' : 'Select the loaded rows'}
                onChange={() =>
                  selectedHere > 0 ? selecting.clear() : selecting.add(source.loaded().map(({ row }) => row.id))
                }
              />
            </span>
          ) : (
            <span role="presentation" />
          )}
          {columns.map((column) => (
            <Header
              column={column}
              key={column.key}
              onSort={props.onSort}
              onSize={(size) => {
                const now = tracks(
                  columns.map((other) =>
                    other.key === column.key ? { ...other, width: size ?? other.width, grow: undefined } : other,
                  ),
                  menu,
                );
                // While it is drawn, without drawing any row again.
                scroller.current?.style.setProperty('--grid-columns', size === null ? template : now.template);
                scroller.current?.style.setProperty('--grid-width', size === null ? width : now.width);
              }}
              sort={sort}
            />
          ))}
          {menu ? (
            <span role="columnheader">
              <span className="sr-only">Actions</span>
            </span>
          ) : null}
        </div>
        {source.total === 0 && !source.pending ? (
          <div role="row">
            <div aria-colspan={columns.length + 1 + (menu ? 1 : 0)} role="gridcell">
              {props.empty}
            </div>
          </div>
        ) : (
          <div
            className="relative min-w-(--grid-width)"
            role="rowgroup"
            style={{ height: printing ? undefined : window.height + (selectedHere > 0 ? BAR : 0) }}
          >
            {indices.map((index) => {
              const row = source.at(index);
              return (
                <MemoRow
                  actions={menu && painted ? actions : undefined}
                  active={index === cursor && !printing}
                  columns={columns}
                  height={props.rowHeight}
                  id={`${id}-${index}`}
                  index={index}
                  key={index % pool}
                  name={row ? props.nameOf(row) : ''}
                  on={on}
                  row={row}
                  selectable={selecting !== undefined && !printing}
                  selected={row !== undefined && (selecting?.has(row.id) ?? false)}
                  top={printing ? undefined : window.top(index)}
                />
              );
            })}
          </div>
        )}
      </div>
      {printing && indices.length < source.total ? (
        <p className="px-4 py-2 text-xs text-ink-3">
          The first {number(indices.length)} of {number(source.total)}. An export has them all.
        </p>
      ) : null}
      {marked === null ? null : (
        <span
          aria-hidden="true"
          className="nums pop-shadow pointer-events-none absolute end-5 z-20 -translate-y-1/2 rounded-full bg-raised px-3 py-1 text-xs"
          style={{ top: `clamp(60px, ${(window.visible.from / Math.max(1, source.total)) * 100}%, calc(100% - 24px))` }}
        >
          {marked}
        </span>
      )}
    </div>
  );
}

/** The tracks of a row, and how wide it is at least. When nothing grows, the last column takes what is left. */
function tracks<T>(columns: readonly Pick<Column<T>, 'width' | 'grow'>[], menu: boolean) {
  const grows = columns.some((column) => column.grow);
  const each = columns.map((column, place) => {
    const grow = column.grow ?? (!grows && place === columns.length - 1 ? 1 : undefined);
    return grow ? `minmax(${column.width}px, ${grow}fr)` : `${column.width}px`;
  });
  return {
    template: ['40px', ...each, ...(menu ? [`${MENU}px`] : [])].join(' '),
    width: `${40 + 16 + (menu ? MENU : 0) + columns.reduce((sum, column) => sum + column.width, 0)}px`,
  };
}

/** On paper all columns fit, each with its part of the width. */
const onPaper = <T,>(columns: readonly Pick<Column<T>, 'width'>[]) => ({
  template: ['12px', ...columns.map((column) => `minmax(0, ${column.width}fr)`)].join(' '),
  width: 'auto',
});

/** The edge of a column, to be drawn; the chooser does the same by buttons and keys. */
function Edge<T>({ column, onSize }: { column: Column<T>; onSize: (width: number | null) => void }) {
  const drag = useRef<{ x: number; from: number; to: number } | null>(null);
  const end = (event: PointerEvent<HTMLElement>, keep: boolean) => {
    const was = drag.current;
    drag.current = null;
    if (was === null) return;
    event.currentTarget.releasePointerCapture(event.pointerId);
    if (keep && was.to !== was.from) column.onWidth?.(was.to);
    else onSize(null);
  };
  return (
    <span
      aria-hidden="true"
      className="absolute inset-y-0 end-1 w-2.5 cursor-col-resize touch-none after:absolute after:inset-y-0.5 after:start-1 after:w-px after:bg-transparent hover:after:bg-line-strong active:after:bg-accent-ink"
      data-edge={column.key}
      onDoubleClick={() => column.onWidth?.(null)}
      onPointerCancel={(event) => end(event, false)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        const from = Math.round(event.currentTarget.parentElement?.getBoundingClientRect().width ?? column.width);
        drag.current = { x: event.clientX, from, to: from };
      }}
      onPointerMove={(event) => {
        const now = drag.current;
        if (now === null) return;
        const by = (event.clientX - now.x) * (document.dir === 'rtl' ? -1 : 1);
        now.to = within(now.from + by);
        onSize(now.to);
      }}
      onPointerUp={(event) => end(event, true)}
    />
  );
}

interface HeaderProps<T> {
  column: Column<T>;
  sort: string;
  onSort: (sort: string) => void;
  onSize: (width: number | null) => void;
}

function Header<T>({ column, sort, onSort, onSize }: HeaderProps<T>) {
  const by = sort.replace(/^-/, '');
  const active = column.sort !== undefined && column.sort === by;
  const down = sort.startsWith('-');
  return (
    <span
      aria-sort={active ? (down ? 'descending' : 'ascending') : undefined}
      className="relative flex h-full min-w-0 items-center pe-3"
      role="columnheader"
    >
      {column.sort === undefined ? (
        <span className="truncate text-ink-3">{column.label}</span>
      ) : (
        <button
          className={cx(
            'inline-flex min-w-0 items-center gap-1 rounded-chip',
            active ? 'font-medium text-ink' : 'text-ink-3 hover:text-ink',
          )}
          onClick={() => onSort(active && !down ? `-${column.sort}` : (column.sort ?? ''))}
          tabIndex={-1}
          type="button"
        >
          <span className="truncate">{column.label}</span>
          {active ? down ? <ArrowDown aria-hidden="true" size={12} /> : <ArrowUp aria-hidden="true" size={12} /> : null}
        </button>
      )}
      {column.onWidth ? <Edge column={column} onSize={onSize} /> : null}
    </span>
  );
}

/** Keeps the cursor in sight. */
export function useFollow(window: Window, cursor: number): void {
  const latest = useLatest(window);
  useEffect(() => latest.current.scrollTo(cursor), [cursor, latest]);
}
