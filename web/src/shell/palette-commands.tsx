// What the palette offers, as lines of it: what was found, what can be done here, places. Not for: the dialog (palette.tsx).
import { useQueries } from '@tanstack/react-query';
import {
  ArrowRight,
  CornerDownRight,
  FileClock,
  FileSearch,
  History,
  Landmark,
  type LucideIcon,
  MoonStar,
  Rows3,
  ScrollText,
  Server,
  ShieldCheck,
  Target,
  User,
  Users,
} from 'lucide-react';
import { q } from '@/api/client';
import type { Certificate, Schemas } from '@/api/types';
import type { Binding } from '@/lib/keyboard';
import { namingOf, roundsOf } from '@/lib/lineage';
import { setDensity, toggleTheme } from '@/lib/prefs';
import { recents } from '@/lib/recent';
import type { Place } from './nav';

export interface Command {
  id: string;
  title: string;
  detail?: string;
  /** Words that find it too. */
  words?: string;
  icon: LucideIcon;
  keys?: string;
  /** Of a certificate, once it is known: its glyph and the time that it has left are shown. */
  certificate?: Certificate;
  /** Where it goes; with Ctrl+Enter in a tab of its own. */
  to?: string;
  run?: () => void;
}

type Found = Schemas['Found'];

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
  team: '/certificates?scope=team:',
  audit_event: '/audit?peek=',
};

export function found(it: Found): Command {
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

const PAGE = 200;

/** Certificates that were found, with what is known of each; of one that is found by a version, which version it is. */
export function useCertificates(items: readonly Found[]): Command[] {
  const ids = items.map((it) => it.certificate_id ?? it.id);
  const certificates = useQueries({
    queries: ids.map((id) => ({ ...q('/certificates/{id}', { path: { id } }), staleTime: 60_000 })),
  });
  const versions = useQueries({
    queries: items.map((it, index) => ({
      ...q('/certificates/{id}/versions', { path: { id: ids[index] ?? '' }, query: { limit: PAGE } }),
      staleTime: 60_000,
      enabled: it.exact && (it.handle === 'fingerprint' || it.handle === 'serial'),
    })),
  });
  return items.map((it, index) => {
    const command = { ...found(it), certificate: certificates[index]?.data };
    const page = versions[index]?.data;
    const version = page?.items.find(({ id }) => it.detail.startsWith(`${id} `));
    if (page === undefined || version === undefined) return command;
    const name = namingOf(roundsOf(page.items, !page.next_cursor)).byId(version.id);
    const state = version.current ? 'the current one' : 'not the current one';
    return { ...command, detail: `This is ${name ?? 'a version'} of it, ${state}` };
  });
}

/** What only moves on the page is no command. */
const MOVES = /^(Next|Before|Tab before|More actions|To the|What can be done|Open)/;

/** `Renew now` of an object is `Renew api.example.com`; what is more than a verb stays as it is. */
export function withObject(label: string, object: string): string {
  const [, verb, more] = /^(\w+)(?: now)?(…?)$/.exec(label) ?? [];
  return verb === undefined ? label : `${verb} ${object}${more}`;
}

/** What the keys of the open page do, by name: its object first. */
export function commandsOf(bindings: readonly Binding[], object: string): Command[] {
  return bindings
    .filter(({ group, label }) =>
      group === 'This list'
        ? /^(Export|New|Add)/.test(label)
        : /^This (page|request)$/.test(group) && !MOVES.test(label),
    )
    .map(({ keys, label, group, run }) => ({
      id: `key:${keys}`,
      title: group === 'This list' ? label : withObject(label, object),
      icon: CornerDownRight,
      keys,
      run: () => void run(new KeyboardEvent('keydown')),
    }));
}

export function generalActions(mayCreate: boolean): Command[] {
  return [
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
    { id: 'theme', title: 'Switch theme', words: 'dark light', icon: MoonStar, keys: 'T', run: toggleTheme },
    { id: 'compact', title: 'Compact rows', words: 'density', icon: Rows3, run: () => setDensity('compact') },
    {
      id: 'comfortable',
      title: 'Comfortable rows',
      words: 'density',
      icon: Rows3,
      run: () => setDensity('comfortable'),
    },
  ];
}

export const placesAs = (places: readonly Place[]): Command[] =>
  places.map((place) => ({
    id: place.path,
    title: place.label,
    icon: ArrowRight,
    keys: `G ${place.key}`,
    to: place.path,
  }));

export const recentAs = (): Command[] =>
  recents()
    .filter(({ to }) => to !== globalThis.location.pathname)
    .map((it) => ({ id: `recent:${it.to}`, title: it.title, icon: History, to: it.to }));

export const matches = (command: Command, text: string): boolean =>
  `${command.title} ${command.words ?? ''}`.toLowerCase().includes(text.toLowerCase());
