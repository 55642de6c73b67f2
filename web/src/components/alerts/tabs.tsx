// The places of the alerts, alike on each of their pages.
import { useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Tabs } from '@/ui/tabs';

const places = [
  { key: 'active', label: 'Active', to: '/alerts' },
  { key: 'rules', label: 'Rules', to: '/alerts/rules' },
  { key: 'channels', label: 'Channels', to: '/alerts/channels' },
  { key: 'history', label: 'History', to: '/alerts/history' },
] as const;

export function AlertTabs({ active, children }: { active: (typeof places)[number]['key']; children?: ReactNode }) {
  const { routesByPath } = useRouter();
  return (
    <div
      className="sticky top-0 z-10 flex h-11 shrink-0 items-center gap-3 border-b border-line bg-surface px-5 narrow:static narrow:h-auto narrow:flex-wrap narrow:pb-2"
      data-print="no"
    >
      <Tabs
        className="flex-1 narrow:basis-full"
        label="Alerts"
        tabs={places
          .filter(({ to }) => to in routesByPath)
          .map(({ key, label, to }) => ({ key, label, to: { to }, active: key === active }))}
      />
      {children}
    </div>
  );
}
