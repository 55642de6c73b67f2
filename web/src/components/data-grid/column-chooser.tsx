// Which columns a grid shows and in which order: by drag, by buttons, and by Alt with the arrows. Not for: keeping it (the URL's
// `cols`). Invariants: nothing by drag alone; the last column cannot be taken away; one change of the address for one drag.
import { ArrowDown, ArrowUp, Columns3, GripVertical } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useLayoutEffect, useRef, useState } from 'react';
import { cx } from '@/lib/cx';
import { moved } from '@/lib/reorder';
import { IconButton } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { Popover } from '@/ui/popover';
import { groupLabel } from '@/ui/popup';

interface Props {
  all: readonly { key: string; label: string }[];
  shown: readonly string[];
  usual: readonly string[];
  onChange: (keys: readonly string[]) => void;
}

/** The height of a row, by which a drag knows its place. */
const ROW = 32;

export function ColumnChooser({ all, shown, usual, onChange }: Props) {
  const known = shown.filter((key) => all.some((column) => column.key === key));
  const hidden = all.filter((column) => !known.includes(column.key));
  return (
    <Popover
      align="end"
      className="max-h-[70vh] w-72 overflow-y-auto"
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
                  <Checkbox checked={false} label={column.label} onChange={() => onChange([...known, column.key])} />
                  {column.label}
                </label>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <div className="mt-1 flex justify-end border-t border-line px-2 pt-2 pb-1">
        <button
          aria-disabled={known.join() === usual.join()}
          className="rounded-control px-2 py-1 text-xs text-ink-2 not-aria-disabled:hover:bg-fill aria-disabled:text-ink-3"
          onClick={() => onChange(usual)}
          type="button"
        >
          Usual columns
        </button>
      </div>
    </Popover>
  );
}

function Shown({ all, shown, onChange }: Omit<Props, 'usual'>) {
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
    onChange(moved(shown, from, to));
  };
  const onKeyDown = (event: KeyboardEvent, key: string) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    move(key, event.key === 'ArrowUp' ? -1 : 1);
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
    if (drag.order.join() !== shown.join()) onChange(drag.order);
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
                onChange={() => onChange(shown.filter((other) => other !== key))}
              />
              <span className="truncate">{labelOf(key)}</span>
            </label>
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
