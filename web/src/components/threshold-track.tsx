// A policy's renewal point and warnings on the life of a certificate: handles to drag or to move by arrow keys.
// Not for: one certificate's own life (ValidityBar), and the fields beside it. Invariants: each handle is a slider that says
// its value in words; whatever a handle can do, a field can do too.
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { cx } from '@/lib/cx';
import {
  lengthWords,
  type Mark,
  markAt,
  markPlace,
  markWords,
  type Point,
  pointAt,
  renewPlace,
  thresholdSentence,
} from '@/lib/thresholds';
import { took } from '@/lib/time';

interface Props {
  point: Point;
  marks: readonly Mark[];
  automatic: boolean;
  /** Of the certificate that is shown, in seconds. */
  lifetime: number;
  readOnly?: boolean;
  onPoint: (point: Point) => void;
  onMark: (index: number, mark: Mark) => void;
}

const at = (place: number) => `${Math.round(place * 1000) / 10}%`;

export function ThresholdTrack({ point, marks, automatic, lifetime, readOnly, onPoint, onMark }: Props) {
  const track = useRef<HTMLDivElement>(null);
  const renew = renewPlace(point, lifetime);
  const step = lifetime >= 4 * 86_400 && point && 'seconds_before' in point ? 86_400 / lifetime : 0.01;
  const renewWords = `${lengthWords(renew * lifetime, lifetime)} after issuance, ${lengthWords((1 - renew) * lifetime, lifetime)} before the end`;
  const drag = (event: PointerEvent, move: (place: number) => void) => {
    if (readOnly || event.button !== 0) return;
    const handle = event.currentTarget as HTMLElement;
    handle.setPointerCapture(event.pointerId);
    const follow = (next: globalThis.PointerEvent) => {
      const box = track.current?.getBoundingClientRect();
      if (box && box.width > 0) move(Math.min(1, Math.max(0, (next.clientX - box.left) / box.width)));
    };
    const done = () => {
      handle.removeEventListener('pointermove', follow);
      handle.removeEventListener('pointerup', done);
      handle.removeEventListener('pointercancel', done);
    };
    handle.addEventListener('pointermove', follow);
    handle.addEventListener('pointerup', done);
    handle.addEventListener('pointercancel', done);
  };
  const keys = (event: KeyboardEvent, place: number, by: number, move: (place: number) => void) => {
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowUp: 1,
      ArrowLeft: -1,
      ArrowDown: -1,
      PageUp: 10,
      PageDown: -10,
    };
    const count = steps[event.key];
    if (count === undefined || readOnly) return;
    event.preventDefault();
    event.stopPropagation();
    move(Math.min(1, Math.max(0, place + count * (event.shiftKey ? 10 : 1) * by)));
  };
  const handle = (name: string, words: string, place: number, by: number, look: string, move: (p: number) => void) => ({
    'aria-disabled': readOnly || undefined,
    'aria-label': name,
    'aria-valuemax': 100,
    'aria-valuemin': 0,
    'aria-valuenow': Math.round(place * 100),
    'aria-valuetext': words,
    className: cx(
      'group absolute flex size-6 -translate-x-1/2 touch-none items-center justify-center rounded-control',
      readOnly ? '' : 'cursor-ew-resize',
      look,
    ),
    onKeyDown: (event: KeyboardEvent) => keys(event, place, by, move),
    onPointerDown: (event: PointerEvent) => drag(event, move),
    role: 'slider',
    style: { insetInlineStart: at(place) },
    tabIndex: 0,
    title: `${name}: ${words}`,
  });
  // A label stands where there is room; the fields say all of them.
  const labelled = marks
    .map((mark, index) => ({ mark, index, place: markPlace(mark, lifetime) }))
    .filter((each): each is { mark: Mark; index: number; place: number } => each.place !== null)
    .toSorted((a, b) => b.place - a.place)
    .reduce<{ kept: { label: string; place: number }[] }>(
      ({ kept }, { mark, place }) => ({
        kept: kept.every((other) => Math.abs(other.place - place) > 0.055)
          ? [...kept, { label: mark.unit === 'days' ? `${mark.value}\u00a0d` : `${mark.value}\u00a0%`, place }]
          : kept,
      }),
      { kept: [] },
    ).kept;
  return (
    <div className="px-3 pt-8 pb-1">
      <div className="relative h-2 rounded-[3px] bg-fill-strong" ref={track}>
        <span className="hatched absolute inset-y-0 end-0 rounded-e-[3px]" style={{ insetInlineStart: at(renew) }} />
        <span
          className="nums pointer-events-none absolute bottom-5 -translate-x-1/2 text-2xs font-medium whitespace-nowrap text-accent-ink"
          style={{ insetInlineStart: `clamp(40px, ${at(renew)}, calc(100% - 40px))` }}
        >
          {automatic ? 'renews' : 'due'} {lengthWords((1 - renew) * lifetime, lifetime)} before
        </span>
        {marks.map((mark, index) => {
          const place = markPlace(mark, lifetime);
          if (place === null) return null;
          const by = mark.unit === 'days' ? 86_400 / lifetime : 0.01;
          return (
            <div
              {...handle(`Warning ${index + 1}`, markWords(mark), place, by, 'top-4', (next) =>
                onMark(index, markAt(mark, next, lifetime)),
              )}
              // Marks have no identity of their own; they are told apart by their places in the list.
              key={index.toString()}
            >
              <span className="pointer-events-none absolute -top-5 bottom-1/2 w-0.5 bg-warn-fill" />
              <span className="relative size-2.5 rounded-full bg-warn-fill group-hover:size-3.5" />
            </div>
          );
        })}
        <div
          {...handle('Renewal point', renewWords, renew, step, '-top-2 z-10', (place) =>
            onPoint(pointAt(point, place, lifetime)),
          )}
          id="renewal-point"
        >
          <span className="size-4 rounded-full border-[3px] border-accent bg-surface group-hover:bg-accent-soft" />
        </div>
        {labelled.map((each) => (
          <span
            className="nums pointer-events-none absolute top-10 -translate-x-1/2 text-2xs whitespace-nowrap text-warn narrow:hidden"
            key={`${each.label} ${each.place}`}
            style={{ insetInlineStart: at(each.place) }}
          >
            {each.label}
          </span>
        ))}
      </div>
      <p className="nums mt-14 flex justify-between text-2xs text-ink-3">
        <span>issued</span>
        <span>expires after {took(lifetime * 1000)}</span>
      </p>
      <p aria-live="polite" className="mt-2 text-sm">
        {thresholdSentence(point, marks, automatic, lifetime)}
      </p>
    </div>
  );
}
