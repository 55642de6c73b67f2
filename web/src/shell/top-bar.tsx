// The top bar: the page's title, search, whether it is live, theme and help.
import { CircleHelp, Menu, MoonStar, Search } from 'lucide-react';
import { openPalette } from '@/lib/palette-open';
import { toggleTheme } from '@/lib/prefs';
import { IconButton } from '@/ui/button';
import { Keys } from '@/ui/kbd';
import { LiveIndicator } from './live-bar';
import { navOpen, openShortcuts } from './open';
import { headerSlot } from './page-header';

export function TopBar() {
  return (
    <header className="flex h-13 shrink-0 items-center gap-4 border-b border-line bg-canvas ps-4 pe-4 print:h-auto print:border-0 print:pb-2">
      <span className="hidden narrow:block" data-print="no">
        <IconButton
          aria-controls="navigation"
          icon={<Menu size={16} strokeWidth={1.75} />}
          label="Navigation"
          onClick={() => navOpen.set(true)}
        />
      </span>
      <div className="flex min-w-0 flex-1 items-center gap-2" ref={(element) => headerSlot.set(element)} />
      <button
        className="flex h-8 w-72 items-center gap-2 rounded-control border border-line bg-surface px-2.5 text-ink-3 hover:border-line-strong narrow:w-9"
        data-print="no"
        onClick={openPalette}
        type="button"
      >
        <Search className="shrink-0" size={16} strokeWidth={1.75} />
        <span className="flex-1 truncate text-start narrow:sr-only">Search or run a command</span>
        <span className="narrow:hidden">
          <Keys keys="Ctrl+K" />
        </span>
      </button>
      <span data-print="no">
        <LiveIndicator />
      </span>
      <div className="flex items-center gap-1" data-print="no">
        <IconButton icon={<MoonStar size={16} strokeWidth={1.75} />} label="Switch theme" onClick={toggleTheme} />
        <IconButton
          icon={<CircleHelp size={16} strokeWidth={1.75} />}
          keys="?"
          label="Shortcuts and help"
          onClick={openShortcuts}
        />
      </div>
    </header>
  );
}
