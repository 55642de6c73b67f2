// The reader: who they are, how the console looks for them, and the way out.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Keyboard, LogOut } from 'lucide-react';
import { useCaller } from '@/api/caller';
import { client, taken } from '@/api/client';
import {
  type DensityName,
  setDensity,
  setLetterKeys,
  setTheme,
  type Theme,
  useDensity,
  useLetterKeys,
  useTheme,
} from '@/lib/prefs';
import { Menu, MenuCheck, MenuItem, MenuRadio, MenuSeparator } from '@/ui/menu';
import { complain } from '@/ui/toast';
import { openShortcuts } from './shortcuts';

const initials = (name: string) =>
  name
    .split(/[\s._-]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('') || '?';

export function UserMenu() {
  const caller = useCaller();
  const theme = useTheme();
  const density = useDensity();
  const letters = useLetterKeys();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const leave = async () => {
    try {
      await taken(client.POST('/auth/logout'));
      queries.clear();
      await navigate({ to: '/sign-in' });
    } catch (error) {
      complain('You could not be signed out', error);
    }
  };
  return (
    <Menu
      className="w-56"
      side="top"
      trigger={
        <button
          className="flex items-center gap-2.5 rounded-control px-2 py-1.5 text-left hover:bg-fill data-popup-open:bg-fill tablet:justify-center tablet:px-0"
          type="button"
        >
          <span
            aria-hidden="true"
            className="flex size-6 shrink-0 items-center justify-center rounded-full bg-fill-strong text-2xs font-semibold"
          >
            {initials(caller.name)}
          </span>
          <span className="min-w-0 leading-4 tablet:sr-only">
            <span className="block truncate">{caller.name}</span>
            <span className="block text-2xs text-ink-3 capitalize">{caller.role}</span>
          </span>
        </button>
      }
    >
      <MenuRadio
        label="Theme"
        onChange={(value) => setTheme(value as Theme)}
        options={[
          { value: 'system', label: 'As the system' },
          { value: 'dark', label: 'Dark' },
          { value: 'light', label: 'Light' },
        ]}
        value={theme}
      />
      <MenuRadio
        label="Density"
        onChange={(value) => setDensity(value as DensityName)}
        options={[
          { value: 'comfortable', label: 'Comfortable' },
          { value: 'compact', label: 'Compact' },
        ]}
        value={density}
      />
      <MenuSeparator />
      <MenuCheck checked={letters} onChange={setLetterKeys}>
        Single-letter keys
      </MenuCheck>
      <MenuItem icon={<Keyboard className="text-ink-3" size={16} />} keys="?" onSelect={openShortcuts}>
        Shortcuts
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        disabledReason={caller.session ? null : 'you came in without a session'}
        icon={<LogOut className="text-ink-3" size={16} />}
        onSelect={() => void leave()}
      >
        Sign out
      </MenuItem>
    </Menu>
  );
}
