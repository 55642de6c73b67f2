// The command palette: anything by any handle, places, and what can be done. Opened by Ctrl+K.
// Not for: filtering a list. Invariant: what it finds comes from the server's search, so a serial or an address is found too.
import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import {
  ArrowRight,
  FileClock,
  FileSearch,
  Landmark,
  type LucideIcon,
  MoonStar,
  Rows3,
  ScrollText,
  Search,
  Server,
  ShieldCheck,
  Target,
  User,
  Users,
} from 'lucide-react';
import { useDeferredValue, useEffect, useState } from 'react';
import { useMay } from '@/api/caller';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { useStable } from '@/lib/latest';
import { setDensity, toggleTheme } from '@/lib/prefs';
import { Keys } from '@/ui/kbd';
import { paletteOpen } from './open';
import { usePlaces } from './sidebar';

interface Command {
  id: string;
  title: string;
  detail?: string;
  /** Words that find it too. */
  words?: string;
  icon: LucideIcon;
  keys?: string;
  /** Where it goes; with Ctrl+Enter in a tab of its own. */
  to?: string;
  run?: () => void;
}
interface Group {
  label: string;
  items: Command[];
}

const icons: Record<string, LucideIcon> = {
  certificate: ShieldCheck,
  agent: Server,
  target: Target,
  issuer: Landmark,
  owner: User,
  team: Users,
  job: Rows3,
  profile: ScrollText,
  renewal_policy: ScrollText,
  audit_event: FileClock,
};
const homes: Record<string, string> = {
  agent: '/agents',
  target: '/targets',
  issuer: '/issuers',
  job: '/jobs',
  profile: '/profiles',
  renewal_policy: '/policies',
  policy_rule: '/policies',
  alert_rule: '/alerts/rules',
  notifier: '/alerts/channels',
  alert: '/alerts',
};

/** What has no page of its own is shown in a list. */
const rows: Record<string, string> = {
  owner: '/certificates?owner=',
  team: '/certificates?team=',
  audit_event: '/audit?peek=',
};

function found(it: Schemas['Found']): Command {
  const to = it.certificate_id
    ? `/certificates/${it.certificate_id}`
    : homes[it.kind]
      ? `${homes[it.kind]}/${it.id}`
      : rows[it.kind]
        ? `${rows[it.kind]}${it.id}`
        : `/certificates?q=${encodeURIComponent(it.title)}`;
  const by = it.handle === 'name' || it.handle === 'id' ? '' : ` by ${it.handle.replace('_', ' ')}`;
  return {
    id: `${it.kind}:${it.id}`,
    title: it.title,
    detail: `${it.detail || it.kind.replaceAll('_', ' ')}${by}`,
    icon: icons[it.kind] ?? FileSearch,
    to,
  };
}

const matches = (command: Command, text: string) =>
  `${command.title} ${command.words ?? ''}`.toLowerCase().includes(text.toLowerCase());

export function Palette() {
  const open = paletteOpen.use();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [entered, setEntered] = useState(false);
  const places = usePlaces();
  const mayCreate = useMay('certificates.create');
  const asked = useDeferredValue(text.trim());
  const search = useQuery({
    ...q('/search', { query: { q: asked, limit: 12 } }),
    enabled: open && asked.length >= 2,
    placeholderData: keepPreviousData,
  });

  const results = asked.length >= 2 ? (search.data?.items ?? []) : [];
  const actions: Command[] = [
    ...(mayCreate
      ? [
          {
            id: 'new',
            title: 'Request certificate',
            words: 'new issue create',
            icon: ShieldCheck,
            keys: 'N',
            to: '/certificates/new',
          },
        ]
      : []),
    { id: 'theme', title: 'Switch theme', words: 'dark light', icon: MoonStar, run: toggleTheme },
    { id: 'compact', title: 'Compact rows', words: 'density', icon: Rows3, run: () => setDensity('compact') },
    {
      id: 'comfortable',
      title: 'Comfortable rows',
      words: 'density',
      icon: Rows3,
      run: () => setDensity('comfortable'),
    },
  ];
  const groups: Group[] = [
    {
      label: 'Certificates',
      items: results
        .filter((it) => it.kind === 'certificate')
        .slice(0, 6)
        .map(found),
    },
    { label: 'Other', items: results.filter((it) => it.kind !== 'certificate').map(found) },
    { label: 'Actions', items: actions.filter((action) => matches(action, text)) },
    {
      label: 'Go to',
      items: places
        .map((place) => ({
          id: place.path,
          title: place.label,
          icon: ArrowRight,
          keys: `G ${place.key}`,
          to: place.path,
        }))
        .filter((place) => matches(place, text)),
    },
  ].filter((group) => group.items.length > 0);

  const close = () => {
    paletteOpen.set(false);
    setText('');
    setEntered(false);
  };
  const run = (command: Command, newTab: boolean) => {
    close();
    command.run?.();
    if (command.to === undefined) return;
    if (newTab) window.open(command.to, '_blank', 'noopener');
    else void navigate({ href: command.to });
  };

  // Enter after a paste means what was pasted, also before the server has answered.
  const typed = text.trim();
  const behind = typed.length >= 2 && (asked !== typed || search.isPending || search.isPlaceholderData);
  const best = groups[0]?.items[0];
  const goOn = useStable(() => {
    setEntered(false);
    if (best) run(best, false);
  });
  useEffect(() => {
    if (entered && !behind) goOn();
  }, [entered, behind, goOn]);

  return (
    <Dialog.Root onOpenChange={(next) => (next ? paletteOpen.set(true) : close())} open={open}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[oklch(0_0_0/0.48)]" />
        <Dialog.Viewport className="fixed inset-0 z-50 flex items-start justify-center px-4 pt-[12vh]">
          <Dialog.Popup
            aria-label="Search or run a command"
            className="pop-shadow enter flex max-h-[min(32rem,76vh)] w-full max-w-160 flex-col overflow-hidden rounded-dialog bg-raised outline-none"
          >
            <Autocomplete.Root
              autoHighlight="always"
              inline
              itemToStringValue={(command: Command) => command.title}
              items={groups}
              keepHighlight
              mode="none"
              onValueChange={(next) => {
                setText(next);
                setEntered(false);
              }}
              open
              value={text}
            >
              <div className="flex h-13 shrink-0 items-center gap-3 border-b border-line px-4">
                <Search className="text-ink-3" size={16} strokeWidth={1.75} />
                <Autocomplete.Input
                  aria-label="Search or run a command"
                  className="h-full flex-1 bg-transparent text-base outline-none"
                  onKeyDownCapture={(event) => {
                    if (event.key !== 'Enter' || !behind) return;
                    event.preventDefault();
                    event.stopPropagation();
                    setEntered(true);
                  }}
                  placeholder="Name, serial, fingerprint, host:port, request id, or a command"
                />
                <Keys keys="Escape" />
              </div>
              <Autocomplete.List className="flex-1 overflow-y-auto p-2 empty:hidden">
                {(group: Group) => (
                  <Autocomplete.Group items={group.items} key={group.label}>
                    <Autocomplete.GroupLabel className="px-2 pt-2 pb-1 text-xs text-ink-3">
                      {group.label}
                    </Autocomplete.GroupLabel>
                    <Autocomplete.Collection>
                      {(command: Command) => {
                        const Icon = command.icon;
                        return (
                          <Autocomplete.Item
                            className="flex h-9 cursor-default items-center gap-2.5 rounded-control px-2 outline-none data-highlighted:bg-fill"
                            key={command.id}
                            onClick={(event) => run(command, event.ctrlKey || event.metaKey)}
                            value={command}
                          >
                            <Icon className="shrink-0 text-ink-3" size={16} strokeWidth={1.75} />
                            <span className="truncate font-medium">{command.title}</span>
                            <span className="min-w-0 flex-1 truncate text-xs text-ink-3">{command.detail}</span>
                            {command.keys ? <Keys keys={command.keys} /> : null}
                          </Autocomplete.Item>
                        );
                      }}
                    </Autocomplete.Collection>
                  </Autocomplete.Group>
                )}
              </Autocomplete.List>
              <Autocomplete.Empty>
                {groups.length === 0 ? (
                  <p className="px-4 py-6 text-ink-3">
                    {search.isFetching ? 'Searching…' : `Nothing is called “${text}”.`}
                  </p>
                ) : null}
              </Autocomplete.Empty>
              <div className="flex shrink-0 items-center gap-4 border-t border-line px-4 py-2 text-2xs text-ink-3">
                <span className="flex items-center gap-1.5">
                  <Keys keys="ArrowUp ArrowDown" /> move
                </span>
                <span className="flex items-center gap-1.5">
                  <Keys keys="Enter" /> open
                </span>
                <span className="flex items-center gap-1.5">
                  <Keys keys="Ctrl+Enter" /> in a new tab
                </span>
              </div>
            </Autocomplete.Root>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
