// The reader's name and role, as the button of their menu.
import type { ComponentProps } from 'react';
import { useCaller } from '@/api/caller';
import type { Schemas } from '@/api/types';
import { Idle } from '@/lib/idle';

const initials = (name: string) =>
  name
    .split(/[\s._-]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('') || '?';

export function UserButton({ caller, ...rest }: { caller: Schemas['AuthCheck'] } & ComponentProps<'button'>) {
  return (
    <button
      {...rest}
      className="flex items-center gap-2.5 rounded-control px-2 py-1.5 text-start hover:bg-fill data-popup-open:bg-fill rail:justify-center rail:px-0"
      type="button"
    >
      <span
        aria-hidden="true"
        className="flex size-6 shrink-0 items-center justify-center rounded-full bg-fill-strong text-2xs font-semibold"
      >
        {initials(caller.name)}
      </span>
      <span className="min-w-0 leading-4 rail:sr-only">
        <span className="block truncate">{caller.name}</span>
        <span className="block text-2xs text-ink-3 capitalize">{caller.role}</span>
      </span>
    </button>
  );
}

const menu = () => import('./user-menu').then((module) => module.UserMenu);

/** The button at once, with its menu as soon as that is here. */
export function UserCorner() {
  const caller = useCaller();
  return (
    <Idle load={menu} now={false} with={{}}>
      <UserButton caller={caller} />
    </Idle>
  );
}
