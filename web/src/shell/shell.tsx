// The frame of every page: sidebar, top bar, the bar when live is lost, the page, and what lies over it.
// Not for: what a page shows. Invariants: one live stream; a change of page moves the focus to it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouterState, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { callerQuery, Names, useCaller, useDirectories } from '@/api/caller';
import { startLive } from '@/api/live';
import { followEvents } from '@/api/live-cache';
import { takesFocus } from '@/lib/arrival';
import { learnServerTime, now } from '@/lib/clock';
import { startKeyboard, useKeys } from '@/lib/keyboard';
import { openPalette } from '@/lib/palette-open';
import { toggleTheme } from '@/lib/prefs';
import { usePrinting } from '@/lib/print';
import { teamIn } from '@/lib/scope';
import type { Search } from '@/lib/search';
import { absolute } from '@/lib/time';
import { undo } from '@/ui/toast';
import { Bars } from './live-bar';
import { News } from './news';
import { navOpen, openShortcuts } from './open';
import { OverlayLoader } from './overlay-loader';
import { ScopeNote } from './scope-note';
import { Sidebar, usePlaces } from './sidebar';
import { TopBar } from './top-bar';

const WHO_EVERY = 10 * 60_000;

function GlobalKeys() {
  const navigate = useNavigate();
  const places = usePlaces();
  useKeys([
    { keys: 'Ctrl+K', label: 'Search or run a command', group: 'Everywhere', run: openPalette, inFields: true },
    { keys: '?', label: 'Shortcuts of this page', group: 'Everywhere', run: openShortcuts },
    { keys: 'T', label: 'Switch theme', group: 'Everywhere', run: toggleTheme },
    { keys: 'Z', label: 'Undo the last action', group: 'Everywhere', run: undo },
    ...places.map((place) => ({
      keys: `G ${place.key}`,
      label: place.label,
      group: 'Go to',
      run: () => void navigate({ to: place.path }),
    })),
  ]);
  return null;
}

function NavBackdrop() {
  return navOpen.use() ? (
    <button
      aria-label="Close the navigation"
      className="fixed inset-0 z-40 hidden bg-[oklch(0_0_0/0.48)] narrow:block"
      onClick={() => navOpen.set(false)}
      type="button"
    />
  ) : null;
}

/** On paper only: when, by whom, and the address, which holds the filters. */
function PrintedBy() {
  const { name } = useCaller();
  return usePrinting() ? (
    <p className="border-t border-line px-6 py-3 text-2xs break-all text-ink-3">
      Printed {absolute(now(), 'UTC')} by {name} from {globalThis.location.href}
    </p>
  ) : null;
}

export function Shell() {
  const main = useRef<HTMLElement>(null);
  const queries = useQueryClient();
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname ?? state.location.pathname });
  const arrived = useRef(path);
  // Asked again while it is open: clocks drift, and roles change.
  const server_time = useQuery({ ...callerQuery(), refetchInterval: WHO_EVERY }).data?.server_time;
  const names = useDirectories();
  const search = useSearch({ strict: false }) as Search;

  useEffect(() => {
    if (server_time) learnServerTime(server_time);
  }, [server_time]);
  useEffect(() => startKeyboard(), []);
  useEffect(() => startLive(), []);
  useEffect(() => followEvents(queries), [queries]);
  useEffect(() => {
    if (arrived.current === path) return;
    arrived.current = path;
    navOpen.set(false);
    if (takesFocus(main.current, document.activeElement)) main.current?.focus({ preventScroll: true });
  }, [path]);

  return (
    <Names value={names}>
      <a
        className="absolute -top-20 start-2 z-60 rounded-control bg-accent px-3 py-1.5 text-on-accent focus:top-2"
        href="#main"
      >
        Skip to the page
      </a>
      <div className="flex h-full">
        <Sidebar />
        <NavBackdrop />
        <div className="flex min-w-0 flex-1 flex-col">
          <TopBar />
          <main
            className="flex min-h-0 flex-1 flex-col overflow-y-auto outline-none"
            id="main"
            ref={main}
            tabIndex={-1}
          >
            <ScopeNote />
            {/* Another team is another page: nothing of the one before stays. */}
            <Outlet key={teamIn(search)} />
            <PrintedBy />
          </main>
          <Bars />
        </div>
      </div>
      <GlobalKeys />
      <News />
      <OverlayLoader />
    </Names>
  );
}
