// The keyboard vocabulary: pages and components bind keys while they are shown; the newest binding wins.
// Written `Ctrl+K`, `Shift+A`, `G C` (one after the other), `/`. Not for: keys inside of a widget (Base UI does those).
// Invariants: keys of one character do nothing while a text field has focus, or when switched off; a bound key is listed under `?`.
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { letterKeysOn } from './prefs';

export interface Binding {
  keys: string;
  /** What it does, for the list of shortcuts. */
  label: string;
  group: string;
  /** Returns false to let the next binding have it. */
  run: (event: KeyboardEvent) => unknown;
  /** Also while a text field has focus. */
  inFields?: boolean;
}

let bindings: readonly Binding[] = [];
const listeners = new Set<() => void>();
let first: { key: string; at: number } | null = null;
const SEQUENCE = 1500;

function setBindings(next: readonly Binding[]) {
  bindings = next;
  for (const listener of listeners) listener();
}

const inField = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=button])'));

const inPopup = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest('[role=dialog], [role=alertdialog], [role=menu], [role=listbox]') !== null;

function name(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const marks = [
    (event.ctrlKey || event.metaKey) && 'Ctrl',
    event.altKey && 'Alt',
    event.shiftKey && /^[A-Z]$|^.{2,}$/.test(key) && 'Shift',
  ];
  return [...marks.filter(Boolean), key === ' ' ? 'Space' : key].join('+');
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || ['Control', 'Shift', 'Meta', 'Alt'].includes(event.key)) return;
  const pressedName = name(event);
  const field = inField(event.target);
  const popup = inPopup(event.target);
  const plain = !/^(Ctrl|Alt)\+/.test(pressedName);
  // Letters, signs and digits, with Shift too (WCAG 2.2, 2.1.4); keys that write nothing go on working.
  if (plain && !field && [...event.key].length === 1 && event.key !== ' ' && !letterKeysOn()) return;
  const sequence = first !== null && event.timeStamp - first.at < SEQUENCE ? `${first.key} ${pressedName}` : null;
  first = null;
  for (const wanted of sequence === null ? [pressedName] : [sequence, pressedName]) {
    for (const binding of bindings.toReversed()) {
      if (binding.keys !== wanted || ((field || popup) && !binding.inFields)) continue;
      if (binding.run(event) === false) continue;
      event.preventDefault();
      return;
    }
  }
  if (!field && !popup && bindings.some((binding) => binding.keys.startsWith(`${pressedName} `)))
    first = { key: pressedName, at: event.timeStamp };
}

export function startKeyboard(): () => void {
  window.addEventListener('keydown', pressed);
  return () => window.removeEventListener('keydown', pressed);
}

/** Binds keys while the component is shown. */
export function useKeys(wanted: readonly Binding[]): void {
  const current = useRef(wanted);
  useEffect(() => {
    current.current = wanted;
  });
  const signature = wanted.map((binding) => `${binding.keys}\t${binding.group}\t${binding.label}`).join('\n');
  useEffect(() => {
    const mine: readonly Binding[] =
      signature === ''
        ? []
        : signature.split('\n').map((line, index) => {
            const [keys = '', group = '', label = ''] = line.split('\t');
            return {
              keys,
              group,
              label,
              run: (event: KeyboardEvent) => current.current[index]?.run(event),
              get inFields() {
                return current.current[index]?.inFields;
              },
            };
          });
    setBindings([...bindings, ...mine]);
    return () => setBindings(bindings.filter((binding) => !mine.includes(binding)));
  }, [signature]);
}

export const useBindings = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => bindings,
  );
