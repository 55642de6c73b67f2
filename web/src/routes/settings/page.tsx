// The settings: one page with sections, each with its URL; a section whose right is missing is not listed.
import { useParams } from '@tanstack/react-router';
import { useCaller } from '@/api/caller';
import type { Permission } from '@/api/types';
import { EmptyState } from '@/components/empty-state';
import { useRowKeys } from '@/components/row-menu';
import { PageHeader } from '@/shell/page-header';
import { Tabs } from '@/ui/tabs';
import { About } from './about';
import { Keys } from './keys';
import { Owners } from './owners';
import { Roles } from './roles';
import { Sessions } from './sessions';
import { SettingsSystem } from './system';
import { TwoPeople } from './two-people';
import { Users } from './users';

interface Section {
  key: string;
  label: string;
  needs?: Permission;
  page: () => React.ReactNode;
}

const sections: readonly Section[] = [
  { key: 'users', label: 'Users', needs: 'users.manage', page: () => <Users /> },
  { key: 'keys', label: 'API keys', needs: 'keys.manage', page: () => <Keys /> },
  { key: 'roles', label: 'Roles', page: () => <Roles /> },
  { key: 'two-people', label: 'Two people', needs: 'users.manage', page: () => <TwoPeople /> },
  { key: 'owners', label: 'Owners and teams', needs: 'config.read', page: () => <Owners /> },
  { key: 'sign-in', label: 'Sessions', page: () => <Sessions /> },
  { key: 'system', label: 'System', page: () => <SettingsSystem /> },
  { key: 'about', label: 'About and licences', page: () => <About /> },
];

export function SettingsPage() {
  useRowKeys();
  const { section } = useParams({ strict: false }) as { section?: string };
  const { permissions } = useCaller();
  const shown = sections.filter((each) => each.needs === undefined || permissions.includes(each.needs));
  const current = section === undefined ? shown[0] : shown.find((each) => each.key === section);
  return (
    <div className="flex flex-col">
      <PageHeader title="Settings" />
      <div className="sticky top-0 z-10 flex h-11 shrink-0 items-center border-b border-line bg-surface px-5">
        <Tabs
          label="Settings"
          tabs={shown.map((each) => ({
            key: each.key,
            label: each.label,
            to: { to: `/settings/${each.key}` },
            active: each.key === current?.key,
          }))}
        />
      </div>
      <div className="flex max-w-340 flex-col gap-4 p-6 tablet:p-4">
        {current ? (
          current.page()
        ) : (
          <EmptyState title="There is no such section">It may need a right that you do not have.</EmptyState>
        )}
      </div>
    </div>
  );
}
