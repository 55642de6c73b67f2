// The menu of the reader: how the console looks for them, and the way out. Not for: its button (user-button.tsx).
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
import { openShortcuts } from './open';
import { UserButton } from './user-button';

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
    <Menu className="w-56" side="top" trigger={<UserButton caller={caller} />}>
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
