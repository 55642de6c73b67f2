// Which columns a grid shows, in which order and how wide: by drag, by buttons, and by Alt with the arrows. Not for: keeping it
// (the URL's `cols`). Invariants: nothing by drag alone; the last column cannot be taken away; one change of the address for one drag.
import { ArrowDown, ArrowUp, Columns3, GripVertical, Minus, Plus } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useLayoutEffect, useRef, useState } from 'react';
import { areUsual, type Col, NARROWEST, STEP, WIDEST, withKeys, withWidth } from '@/lib/cols';
import { cx } from '@/lib/cx';
import { moved } from '@/lib/reorder';
import { IconButton } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { Popover } from '@/ui/popover';
import { groupLabel } from '@/ui/popup';

interface Props {
  /** `width`: as wide as it is when nobody chose. */
  all: readonly { key: string; label: string; width: number }[];
  shown: readonly Col[];
  usual: readonly string[];
  onChange: (shown: readonly Col[]) => void;
}

/** The height of a row, by which a drag knows its place. */
const ROW = 32;

export function ColumnChooser({ all, shown, usual, onChange }: Props) {
  const known = shown.filter(({ key }) => all.some((column) => column.key === key));
  const hidden = all.filter((column) => !known.some(({ key }) => key === column.key));
  return (
    <Popover
      align="end"
      className="max-h-[70vh] w-88 overflow-y-auto"
      label="Columns"
      trigger={<IconButton icon={<Columns3 size={16} strokeWidth={1.75} />} label="Columns" />}
    >
      <Shown all={all} onChange={onChange} shown={known} />
      {hidden.length > 0 ? (
        <>
          <p className={groupLabel}>Not shown</p>
          <ul aria-label="Columns that are not shown">
            {hidden.map((column) => (
              <li key={column.key}>
                <label className="flex h-8 items-center gap-2.5 rounded-control px-2 hover:bg-fill">
                  <span className="w-6" />
                  <Checkbox
                    checked={false}
                    label={column.label}
                    onChange={() => onChange([...known, { key: column.key, width: null }])}
                  />
                  {column.label}
                </label>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <div className="mt-1 flex justify-end border-t border-line px-2 pt-2 pb-1">
        <button
          aria-disabled={areUsual(known, usual)}
          className="rounded-control px-2 py-1 text-xs text-ink-2 not-aria-disabled:hover:bg-fill aria-disabled:text-ink-3"
          onClick={() => onChange(usual.map((key) => ({ key, width: null })))}
          type="button"
        >
          Usual columns and widths
        </button>
      </div>
    </Popover>
  );
}

function Shown({ all, shown: cols, onChange }: Omit<Props, 'usual'>) {
  const shown = cols.map(({ key }) => key);
  const list = useRef<HTMLUListElement>(null);
  const [drag, setDrag] = useState<{ key: string; order: readonly string[] } | null>(null);
  const [said, setSaid] = useState('');
  // The button that was pressed: its row moves, and takes the focus along.
  const pressed = useRef<{ key: string; by: number } | null>(null);
  const order = drag?.order ?? shown;
  const labelOf = (key: string) => all.find((column) => column.key === key)?.label ?? key;
  useLayoutEffect(() => {
    const was = pressed.current;
    pressed.current = null;
    if (was === null) return;
    const row = list.current?.querySelector(`[data-column="${was.key}"]`);
    row?.querySelector<HTMLElement>(`[data-move="${was.by}"]`)?.focus();
  });

  const move = (key: string, by: number) => {
    const from = shown.indexOf(key);
    const to = from + by;
    if (to < 0 || to >= shown.length) return;
    pressed.current = { key, by };
    setSaid(`${labelOf(key)} is column ${to + 1} of ${shown.length}`);
    onChange(withKeys(cols, moved(shown, from, to)));
  };
  const widthOf = (key: string) =>
    cols.find((col) => col.key === key)?.width ?? all.find((column) => column.key === key)?.width ?? 0;
  const widen = (key: string, by: number) => {
    const width = Math.min(WIDEST, Math.max(NARROWEST, widthOf(key) + by * STEP));
    setSaid(`${labelOf(key)} is ${width} pixels wide`);
    onChange(withWidth(cols, key, width));
  };
  const onKeyDown = (event: KeyboardEvent, key: string) => {
    if (!event.altKey || !['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'].includes(event.key)) return;
    event.preventDefault();
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') move(key, event.key === 'ArrowUp' ? -1 : 1);
    else widen(key, event.key === 'ArrowLeft' ? -1 : 1);
  };
  const onGrip = (event: PointerEvent, key: string) => {
    event.preventDefault();
    list.current?.setPointerCapture(event.pointerId);
    setDrag({ key, order: shown });
  };
  const onDrag = (event: PointerEvent) => {
    const box = list.current?.getBoundingClientRect();
    if (drag === null || box === undefined) return;
    const to = Math.min(order.length - 1, Math.max(0, Math.floor((event.clientY - box.top) / ROW)));
    const from = order.indexOf(drag.key);
    if (to !== from) setDrag({ key: drag.key, order: moved(order, from, to) });
  };
  const onDrop = () => {
    if (drag === null) return;
    setDrag(null);
    if (drag.order.join() !== shown.join()) onChange(withKeys(cols, drag.order));
  };
  return (
    <>
      <p className={groupLabel}>Shown, in this order</p>
      <ul
        aria-label="Columns that are shown"
        onPointerCancel={() => setDrag(null)}
        onPointerMove={onDrag}
        onPointerUp={onDrop}
        ref={list}
      >
        {order.map((key, place) => (
          // The keys are those of the controls inside.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
          <li
            className={cx(
              'flex h-8 items-center gap-1 rounded-control ps-2 pe-1',
              drag?.key === key ? 'pop-shadow bg-raised' : 'hover:bg-fill',
            )}
            data-column={key}
            key={key}
            onKeyDown={(event) => onKeyDown(event, key)}
          >
            <span
              aria-hidden="true"
              className="flex h-full w-6 shrink-0 cursor-grab touch-none items-center text-ink-3 active:cursor-grabbing"
              onPointerDown={(event) => onGrip(event, key)}
            >
              <GripVertical size={14} />
            </span>
            <label className="flex min-w-0 flex-1 items-center gap-2.5">
              <Checkbox
                checked
                disabled={order.length === 1}
                label={labelOf(key)}
                onChange={() => onChange(cols.filter((other) => other.key !== key))}
              />
              <span className="truncate">{labelOf(key)}</span>
            </label>
            <IconButton
              disabledReason={widthOf(key) <= NARROWEST ? 'it is as narrow as it can be' : null}
              icon={<Minus size={14} />}
              keys="Alt+ArrowLeft"
              label={`Make ${labelOf(key)} narrower`}
              onClick={() => widen(key, -1)}
              size="icon-sm"
            />
            <span className="nums w-7 text-center text-xs text-ink-3">
              {cols.find((col) => col.key === key)?.width ?? <span aria-hidden="true">auto</span>}
            </span>
            <IconButton
              disabledReason={widthOf(key) >= WIDEST ? 'it is as wide as it can be' : null}
              icon={<Plus size={14} />}
              keys="Alt+ArrowRight"
              label={`Make ${labelOf(key)} wider`}
              onClick={() => widen(key, 1)}
              size="icon-sm"
            />
            <IconButton
              data-move={-1}
              disabledReason={place === 0 ? 'it is the first' : null}
              icon={<ArrowUp size={14} />}
              keys="Alt+ArrowUp"
              label={`Move ${labelOf(key)} up`}
              onClick={() => move(key, -1)}
              size="icon-sm"
            />
            <IconButton
              data-move={1}
              disabledReason={place === order.length - 1 ? 'it is the last' : null}
              icon={<ArrowDown size={14} />}
              keys="Alt+ArrowDown"
              label={`Move ${labelOf(key)} down`}
              onClick={() => move(key, 1)}
              size="icon-sm"
            />
          </li>
        ))}
      </ul>
      <span aria-live="polite" className="sr-only">
        {said}
      </span>
    </>
  );
}
