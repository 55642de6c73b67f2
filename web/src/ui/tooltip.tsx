// A word about a control, over the page: one layer for all of them. Not for: anything that must be read (there are none on touch).
// Invariants: Esc takes it away, the pointer may go onto it, and it stays while the control has the pointer or the focus.
import { cloneElement, type ReactElement, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { Keys } from './kbd';

const DELAY = 400;
const GAP = 6;

/** Puts a word on its child, which has to pass on attributes. */
export function Tooltip({ text, keys, children }: { text: string; keys?: string; children: ReactElement }) {
  return cloneElement(children as ReactElement<Record<string, unknown>>, { 'data-tip': text, 'data-tip-keys': keys });
}

interface Shown {
  text: string;
  keys: string | undefined;
  anchor: DOMRect;
}

function Layer() {
  const [shown, setShown] = useState<Shown | null>(null);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let current: Element | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = () => {
      clearTimeout(timer);
      current = null;
      setShown(null);
    };
    const show = (element: HTMLElement) => {
      const text = element.dataset.tip;
      if (text && element.isConnected && element.dataset.popupOpen === undefined)
        setShown({ text, keys: element.dataset.tipKeys, anchor: element.getBoundingClientRect() });
    };
    const over = (event: PointerEvent) => {
      if (event.pointerType === 'touch' || !(event.target instanceof Element)) return;
      if (box.current?.contains(event.target)) return;
      const element = event.target.closest<HTMLElement>('[data-tip]');
      if (element === current) return;
      hide();
      if (element === null) return;
      current = element;
      timer = setTimeout(() => show(element), DELAY);
    };
    const focused = (event: FocusEvent) => {
      const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-tip]') : null;
      if (element?.matches(':focus-visible')) {
        hide();
        current = element;
        show(element);
      } else if (element === null) hide();
    };
    const key = (event: KeyboardEvent) => event.key === 'Escape' && hide();
    document.addEventListener('pointerover', over);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('focusin', focused);
    document.addEventListener('focusout', hide);
    document.addEventListener('keydown', key);
    document.addEventListener('scroll', hide, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerover', over);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('focusin', focused);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('keydown', key);
      document.removeEventListener('scroll', hide, true);
    };
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    if (shown === null || element === null) return;
    const { width, height } = element.getBoundingClientRect();
    const below = shown.anchor.bottom + GAP + height < window.innerHeight;
    const left = shown.anchor.left + shown.anchor.width / 2 - width / 2;
    element.style.top = `${below ? shown.anchor.bottom + GAP : shown.anchor.top - GAP - height}px`;
    element.style.left = `${Math.max(8, Math.min(window.innerWidth - width - 8, left))}px`;
  }, [shown]);

  if (shown === null) return null;
  return createPortal(
    <div
      className="pop-shadow fixed z-60 flex max-w-72 items-center gap-2 rounded-control bg-raised px-2 py-1 text-xs text-ink"
      ref={box}
      role="tooltip"
    >
      {shown.text}
      {shown.keys ? <Keys keys={shown.keys} /> : null}
    </div>,
    document.body,
  );
}

export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <>
      {children}
      <Layer />
    </>
  );
}
