// Which rows of a long list are drawn: fixed heights, so it is arithmetic. Not for: rows of different heights.
// Invariant: the height stays under what browsers can scroll; beyond it the scrollbar is a scale, not pixels.
import { type RefObject, useEffect, useState } from 'react';
import { usePainted } from '@/lib/painted';

const TALLEST = 12_000_000;
const OVERSCAN = 6;
const SETTLE = 70;

export interface Window {
  /** The height of the whole. */
  height: number;
  first: number;
  count: number;
  top: (index: number) => number;
  /** What has been looked at since scrolling settled. */
  settled: { from: number; to: number };
  /** Whether it is being scrolled fast. */
  flying: boolean;
  visible: { from: number; to: number };
  scrollTo: (index: number) => void;
}

export function useWindow(scroller: RefObject<HTMLElement | null>, total: number, row: number, header: number): Window {
  const [view, setView] = useState({ top: 0, height: 800 });
  const [settled, setSettled] = useState({ from: 0, to: 40 });
  const [flying, setFlying] = useState(false);
  // The first picture has the rows that are seen; those around them follow.
  const painted = usePainted();

  const full = total * row;
  const height = Math.min(full, TALLEST);
  const page = Math.max(row, view.height - header);
  const scale = height <= page ? 1 : (full - page) / (height - page);
  /** The place in rows' pixels that the scrollbar stands for. */
  const real = view.top * scale;
  const from = Math.max(0, Math.floor(real / row));
  const to = Math.min(Math.max(0, total - 1), Math.ceil((real + page) / row) - 1);
  const around = painted ? OVERSCAN : 0;
  const first = Math.max(0, from - around);
  const count = Math.min(total - first, Math.ceil(page / row) + 1 + 2 * around);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    let last = { top: element.scrollTop, at: 0 };
    let stop: ReturnType<typeof setTimeout>;
    const look = () => {
      const now = performance.now();
      const speed = Math.abs(element.scrollTop - last.top) / Math.max(1, now - last.at);
      last = { top: element.scrollTop, at: now };
      setView((before) =>
        before.top === element.scrollTop && before.height === element.clientHeight
          ? before
          : { top: element.scrollTop, height: element.clientHeight },
      );
      if (speed > 12) setFlying(true);
      clearTimeout(stop);
      stop = setTimeout(() => setFlying(false), 600);
    };
    element.addEventListener('scroll', look, { passive: true });
    // It also looks at once, but not before the page has its layout anyway.
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      clearTimeout(stop);
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [scroller]);

  useEffect(() => {
    const timer = setTimeout(
      () => setSettled((before) => (before.from === from && before.to === to ? before : { from, to })),
      SETTLE,
    );
    return () => clearTimeout(timer);
  }, [from, to]);

  return {
    height,
    first,
    count,
    // Around what is seen rows lie in pixels, wherever the scale puts the whole.
    top: (index) => view.top + (index * row - real),
    settled,
    flying,
    visible: { from, to },
    scrollTo: (index) => {
      const element = scroller.current;
      if (element === null) return;
      const start = index * row;
      if (start < real) element.scrollTo({ top: start / scale });
      else if (start + row > real + page) element.scrollTo({ top: (start + row - page) / scale });
    },
  };
}
