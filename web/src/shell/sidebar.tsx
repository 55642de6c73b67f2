// The sidebar: places in three groups, settings and the reader at the bottom; an icon rail on a tablet.
import { Link, useRouter, useRouterState } from '@tanstack/react-router';
import { useCaller } from '@/api/caller';
import { cx } from '@/lib/cx';
import { Count } from '@/ui/chip';
import { type Badge, useBadges } from './badges';
import { Logo } from './logo';
import { type Place, places } from './nav';
import { navOpen } from './open';
import { ScopePick } from './scope-pick';
import { UserCorner } from './user-button';

/** The places that have a page and that the reader may see. */
export function usePlaces(): readonly Place[] {
  const router = useRouter();
  const { permissions } = useCaller();
  return places.filter(
    (place) => place.path in router.routesByPath && (place.needs === undefined || permissions.includes(place.needs)),
  );
}

function Entry({ place, badge, active }: { place: Place; badge?: Badge; active: boolean }) {
  const Icon = place.icon;
  return (
    <Link
      aria-current={active ? 'page' : undefined}
      className={cx(
        'relative flex h-8 items-center gap-2.5 rounded-control px-2 transition-colors duration-100 rail:justify-center',
        active
          ? "bg-fill font-medium text-ink before:absolute before:-start-2 before:inset-y-1.5 before:w-0.5 before:rounded-full before:bg-accent-ink before:content-['']"
          : 'text-ink-2 hover:bg-fill hover:text-ink',
      )}
      search={badge?.search}
      title={place.label}
      to={place.path}
    >
      <Icon className={cx('shrink-0', active ? 'text-accent-ink' : 'text-ink-3')} size={16} strokeWidth={1.75} />
      <span className="flex-1 truncate rail:sr-only">{place.label} </span>
      {badge ? (
        <>
          <Count className="rail:sr-only" tone={badge.tone} value={badge.value} />
          <span className="sr-only"> {badge.what}</span>
          <span className="absolute end-1.5 top-1 hidden size-1.5 rounded-full bg-accent-ink rail:block" />
        </>
      ) : null}
    </Link>
  );
}

export function Sidebar() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const badges = useBadges();
  const shown = usePlaces();
  const open = navOpen.use();
  const entry = (place: Place) => (
    <Entry
      active={
        place.path === '/'
          ? path === '/'
          : [place.path, place.also].some((start) => path === start || path.startsWith(`${start}/`))
      }
      badge={badges[place.path]}
      key={place.path}
      place={place}
    />
  );
  return (
    <nav
      aria-label="Main"
      className={cx(
        'flex w-54 shrink-0 flex-col border-e border-line bg-canvas rail:w-13',
        open ? 'narrow:fixed narrow:inset-y-0 narrow:start-0 narrow:z-50' : 'narrow:hidden',
      )}
      data-print="no"
      id="navigation"
    >
      <Link
        aria-label="certctl, overview"
        className="flex h-13 items-center gap-2.5 px-4 text-base font-semibold rail:justify-center rail:px-0"
        to="/"
      >
        <Logo />
        <span className="rail:hidden">certctl</span>
      </Link>
      <ScopePick />
      <div className="flex flex-1 flex-col gap-px overflow-y-auto px-2">
        {(['', 'Infrastructure', 'Governance'] as const).map((group) => {
          const members = shown.filter((place) => place.group === group);
          if (members.length === 0) return null;
          return (
            <div className="flex flex-col gap-px" key={group}>
              {group === '' ? null : (
                <p className="px-2 pt-4 pb-1 text-xs text-ink-3 rail:invisible rail:h-4 rail:overflow-hidden rail:p-0">
                  {group}
                </p>
              )}
              {members.map(entry)}
            </div>
          );
        })}
      </div>
      <div className="flex flex-col gap-px border-t border-line p-2">
        {shown.filter((place) => place.group === 'bottom').map(entry)}
        <UserCorner />
      </div>
    </nav>
  );
}
