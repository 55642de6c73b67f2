// The places of the issuers, alike on each of their pages.
import type { ReactNode } from 'react';
import { Tabs } from '@/ui/tabs';

const places = [
  { key: 'issuers', label: 'Issuers', to: '/issuers' },
  { key: 'hierarchy', label: 'Hierarchy', to: '/issuers/hierarchy' },
  { key: 'dns', label: 'DNS providers', to: '/issuers/dns-providers' },
] as const;

export function IssuerTabs({ active, children }: { active: (typeof places)[number]['key']; children?: ReactNode }) {
  return (
    <div
      className="sticky top-0 z-10 flex h-11 shrink-0 items-center gap-3 border-b border-line bg-surface px-5 narrow:static narrow:h-auto narrow:flex-wrap narrow:pb-2"
      data-print="no"
    >
      <Tabs
        className="flex-1 narrow:basis-full"
        label="Issuers"
        tabs={places.map(({ key, label, to }) => ({ key, label, to: { to }, active: key === active }))}
      />
      {children}
    </div>
  );
}
