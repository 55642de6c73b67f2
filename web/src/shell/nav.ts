// The navigation: every place of the console in its order. A place is shown once its page is registered in the router,
// so there is no dead entry. Not for: routes (router.tsx).
import {
  BellRing,
  FileClock,
  Landmark,
  LayoutGrid,
  ListChecks,
  type LucideIcon,
  Radar,
  ScrollText,
  Server,
  Settings,
  ShieldCheck,
  Stamp,
  Target,
} from 'lucide-react';
import type { Permission } from '@/api/types';

export interface Place {
  path: string;
  label: string;
  icon: LucideIcon;
  /** Pressed after G. */
  key: string;
  group: '' | 'Infrastructure' | 'Governance' | 'bottom';
  /** Another beginning of addresses that belong here. */
  also?: string;
  /** Without it the place is not listed. */
  needs?: Permission;
}

export const places: readonly Place[] = [
  { path: '/', label: 'Overview', icon: LayoutGrid, key: 'O', group: '' },
  { path: '/certificates', label: 'Certificates', icon: ShieldCheck, key: 'C', group: '', needs: 'certificates.read' },
  { path: '/jobs', label: 'Jobs', icon: ListChecks, key: 'J', group: '', needs: 'jobs.read' },
  { path: '/approvals', label: 'Approvals', icon: Stamp, key: 'P', group: '', needs: 'jobs.read' },
  { path: '/discovery', label: 'Discovery', icon: Radar, key: 'D', group: '' },
  { path: '/agents', label: 'Agents', icon: Server, key: 'A', group: 'Infrastructure', needs: 'agents.read' },
  { path: '/targets', label: 'Targets', icon: Target, key: 'T', group: 'Infrastructure', needs: 'targets.read' },
  { path: '/issuers', label: 'Issuers', icon: Landmark, key: 'I', group: 'Infrastructure', needs: 'issuers.read' },
  {
    path: '/policies',
    label: 'Profiles & policies',
    icon: ScrollText,
    key: 'L',
    group: 'Governance',
    also: '/profiles',
    needs: 'config.read',
  },
  { path: '/alerts', label: 'Alerts', icon: BellRing, key: 'E', group: 'Governance', needs: 'alerts.read' },
  { path: '/audit', label: 'Audit', icon: FileClock, key: 'U', group: 'Governance', needs: 'audit.read' },
  { path: '/settings', label: 'Settings', icon: Settings, key: 'S', group: 'bottom' },
];
