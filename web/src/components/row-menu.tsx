// What can be done with one row: the menu behind its ⋯, the key `.` and the keys that are printed in it, from one list of actions.
// Not for: deciding what may be done (api/can.ts). Invariants: menu and keys never differ; an action that may not be done says why;
// until a menu is opened a row has its button only.
import { ArrowRight, Ellipsis, ExternalLink } from 'lucide-react';
import { Fragment, type ReactNode, useState } from 'react';
import { cx } from '@/lib/cx';
import { type Binding, useKeys } from '@/lib/keyboard';
import { IconButton } from '@/ui/button';
import { MenuAt, MenuGroup, MenuItem, MenuSeparator } from '@/ui/menu';
import { complain } from '@/ui/toast';

export interface RowAction {
  label: string;
  run: () => void;
  /** A key that does it in the row that has the cursor, printed beside it. */
  keys?: string;
  /** The key is somebody else's already (the grid's Enter): it is only printed. */
  printed?: boolean;
  icon?: ReactNode;
  danger?: boolean;
  disabledReason?: string | null | false;
  /** Actions of one group stand together under its name. */
  group?: string;
  /** A line stands before it. */
  begins?: boolean;
}

interface Props {
  /** The row's name. */
  name: string;
  actions: readonly RowAction[] | (() => readonly RowAction[]);
  /** What the menu is called. */
  label?: string;
  className?: string;
  /** Reached by Tab. In a grid it is not: its keys are. */
  tab?: boolean;
}

export function RowMenu({ name, actions, label = `Actions for ${name}`, className, tab = true }: Props) {
  const [anchor, setAnchor] = useState<Element | null>(null);
  return (
    <>
      <IconButton
        aria-expanded={anchor !== null}
        aria-haspopup="menu"
        className={className}
        data-popup-open={anchor === null ? undefined : ''}
        data-row-menu=""
        icon={<Ellipsis size={16} />}
        keys="."
        label={label}
        onClick={(event) => setAnchor(event.currentTarget)}
        size="icon-sm"
        tabIndex={tab ? undefined : -1}
      />
      {anchor === null ? null : (
        <MenuAt anchor={anchor} label={label} onClose={() => setAnchor(null)}>
          <Items actions={typeof actions === 'function' ? actions() : actions} />
        </MenuAt>
      )}
    </>
  );
}

/** Actions that stand together. */
export function grouped(actions: readonly RowAction[]): { group: string; danger: boolean; actions: RowAction[] }[] {
  const groups: { group: string; danger: boolean; actions: RowAction[] }[] = [];
  for (const action of actions) {
    const [group, danger] = [action.group ?? '', action.danger === true];
    const last = groups.at(-1);
    if (last?.group === group && last.danger === danger && !action.begins) last.actions.push(action);
    else groups.push({ group, danger, actions: [action] });
  }
  return groups;
}

function Items({ actions }: { actions: readonly RowAction[] }) {
  return grouped(actions).map((each, place) => {
    const items = each.actions.map((action) => (
      <MenuItem
        danger={action.danger}
        disabledReason={action.disabledReason}
        icon={action.icon}
        key={action.label}
        keys={action.keys}
        onSelect={action.run}
      >
        {action.label}
      </MenuItem>
    ));
    return (
      <Fragment key={`${each.group} ${place.toString()}`}>
        {place > 0 ? <MenuSeparator /> : null}
        {each.group === '' ? items : <MenuGroup label={each.group}>{items}</MenuGroup>}
      </Fragment>
    );
  });
}

/** The first actions of every row: what Enter does. */
export const opening = <T,>(open: (row: T, newTab?: boolean) => void, row: T, page: boolean): RowAction[] => [
  {
    label: page ? 'Open' : 'Look at it',
    icon: <ArrowRight size={14} />,
    keys: 'Enter',
    printed: true,
    run: () => open(row),
  },
  ...(page
    ? [
        {
          label: 'Open in a new tab',
          icon: <ExternalLink size={14} />,
          keys: 'Ctrl+Enter',
          printed: true,
          run: () => open(row, true),
        },
      ]
    : []),
];

/** Does it, or says why not. */
export function act(name: string, action: RowAction): void {
  if (action.disabledReason) complain(`${name} stays as it is`, new Error(action.disabledReason));
  else action.run();
}

/** Opens the menu inside of an element. */
export function openMenuIn(element: Element | null | undefined): boolean {
  const button = element?.querySelector<HTMLElement>('[data-row-menu]');
  button?.click();
  return button !== undefined && button !== null;
}

/** The keys of the row that has the cursor. `free`: whether they are its own now, and not a selection's. */
export function rowBindings(
  name: string,
  actions: readonly RowAction[],
  group: string,
  openMenu: () => boolean,
  free: () => boolean = () => true,
): Binding[] {
  return [
    ...actions
      .filter((action) => action.keys !== undefined && action.printed !== true)
      .map((action) => ({
        keys: action.keys ?? '',
        label: action.label,
        group,
        run: () => (free() ? act(name, action) : false),
      })),
    { keys: '.', label: 'What can be done with the row', group, run: openMenu },
  ];
}

const rows = () => [...document.querySelectorAll<HTMLElement>('main [data-rows] [data-row]')];
const here = (all: readonly HTMLElement[]) => all.findIndex((row) => row.contains(document.activeElement));

/** Focus goes through the rows, to the first control of each. */
function move(by: number): boolean {
  const all = rows();
  const at = here(all);
  const row = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
  row?.querySelector<HTMLElement>('a[href], button')?.focus();
  return row !== undefined;
}

/** J, K, O and `.` through the tables of a page, whose rows are all here. */
export function useRowKeys(group = 'This list'): void {
  const row = () => {
    const all = rows();
    return all[here(all)] ?? (all.length === 1 ? all[0] : undefined);
  };
  useKeys([
    { keys: 'J', label: 'Next row', group, run: () => move(1) },
    { keys: 'K', label: 'Row before', group, run: () => move(-1) },
    {
      keys: 'O',
      label: 'Open',
      group,
      run: () => {
        const link = row()?.querySelector<HTMLElement>('a[href]');
        link?.click();
        return link !== undefined && link !== null;
      },
    },
    { keys: '.', label: 'What can be done with the row', group, run: () => openMenuIn(row()) },
  ]);
}

/** Where a menu stands that shows itself for the row that is looked at: always where nothing can hover. */
export const quietMenu = cx(
  'bg-surface opacity-0 transition-opacity duration-100 focus-visible:opacity-100 data-popup-open:opacity-100',
  'group-hover/row:opacity-100 group-data-[active]/row:opacity-100 pointer-coarse:opacity-100',
);
