// The conditions of an alert rule: the fields of each subject with their kinds of values, and a condition as a sentence.
// Not for: drawing, nor what matches (the server says). Invariant: a filter that this page does not know is kept and shown as it is.
import type { Schemas } from '@/api/types';
import { agentStates } from './agent-words';
import { parseTerms } from './filter-value';
import { keyName } from './key-names';
import { agentHealths, conditionOrder, conditions, jobStates, jobVerbs } from './tokens';
import { and } from './words';

export type Subject = Schemas['RuleSubject'];
/** One filter, in the order in which it was written. */
export type Line = readonly [field: string, text: string];
export type Condition = readonly Line[];

export interface ConditionField {
  label: string;
  /** What it is called where fields are chosen, when that is not the label with the verb. */
  pick?: string;
  /** Between the field and its value. */
  verb: string;
  /** `terms`: several, also none of; `list`: several; `one`: one of; `range`, `number`, `text`. */
  kind: 'terms' | 'list' | 'one' | 'range' | 'number' | 'text';
  /** Values that are known here. */
  values?: Readonly<Record<string, string>>;
  /** Where the values come from otherwise. */
  choices?: 'teams' | 'owners' | 'issuers' | 'profiles' | 'policies' | 'environments' | 'tags' | 'keys';
  /** What an unset one is called, where that can be asked for. */
  unset?: string;
  presets?: readonly { text: string; label: string }[];
  hint?: string;
  /** What a new line begins with. */
  first?: string;
}

const labels = <K extends string>(words: Record<K, { label: string }>, only?: readonly K[]) =>
  Object.fromEntries((only ?? (Object.keys(words) as K[])).map((key) => [key, words[key].label]));

const ahead = [
  { text: '..0s', label: 'already past' },
  { text: '..1d', label: 'within 1 d' },
  { text: '..7d', label: 'within 7 d' },
  { text: '..14d', label: 'within 14 d' },
  { text: '..30d', label: 'within 30 d' },
  { text: '..90d', label: 'within 90 d' },
];
const before = [
  { text: '..-15m', label: 'more than 15 min ago' },
  { text: '..-1h', label: 'more than 1 h ago' },
  { text: '..-1d', label: 'more than 1 d ago' },
  { text: '-1h..', label: 'in the last hour' },
  { text: '-1d..', label: 'in the last 24 h' },
  { text: '-7d..', label: 'in the last 7 d' },
];
const rangeHint = 'From and to, such as -7d, 30d, or 2027-01-01T00:00:00Z.';

export const fieldsOfSubject: Record<Subject, Readonly<Record<string, ConditionField>>> = {
  certificates: {
    condition: {
      label: 'Status',
      verb: 'is',
      kind: 'terms',
      values: labels(
        conditions,
        conditionOrder.filter((each) => each !== 'archived'),
      ),
      first: 'failing',
    },
    expires: { label: 'The end', verb: 'comes', kind: 'range', presets: ahead, hint: rangeHint, first: '..14d' },
    life: {
      label: 'Life left',
      verb: 'is',
      kind: 'range',
      presets: [
        { text: '..5%', label: 'at most 5 %' },
        { text: '..10%', label: 'at most 10 %' },
        { text: '..20%', label: 'at most 20 %' },
        { text: '..33%', label: 'at most a third' },
      ],
      hint: 'From and to, such as 20%.',
      first: '..20%',
    },
    renews: {
      label: 'The renewal',
      verb: 'was due',
      kind: 'range',
      presets: [
        { text: '..0s', label: 'by now' },
        ...before.filter((each) => each.text.startsWith('..')),
        { text: '..7d', label: 'or will be within 7 d' },
      ],
      hint: rangeHint,
      first: '..-1d',
    },
    live: {
      label: 'Verified live',
      verb: 'is',
      kind: 'terms',
      values: { all: 'everywhere', some: 'on some targets', none: 'nowhere', no_targets: 'without targets' },
      first: 'some,none',
    },
    environment: { label: 'Environment', verb: 'is', kind: 'terms', choices: 'environments', unset: 'not set' },
    team_id: { label: 'Team', verb: 'is', kind: 'terms', choices: 'teams', unset: 'not set' },
    owner_id: { label: 'Owner', verb: 'is', kind: 'terms', choices: 'owners', unset: 'nobody' },
    issuer_id: { label: 'Issuer', verb: 'is', kind: 'terms', choices: 'issuers' },
    profile_id: { label: 'Profile', verb: 'is', kind: 'terms', choices: 'profiles' },
    policy_id: { label: 'Renewal policy', verb: 'is', kind: 'terms', choices: 'policies' },
    tag: { label: 'Tag', verb: 'is', kind: 'terms', choices: 'tags', unset: 'none' },
    key_algorithm: { label: 'Key', verb: 'is', kind: 'terms', choices: 'keys' },
    created: { label: 'It', verb: 'was made', kind: 'range', presets: before, hint: rangeHint, first: '-1d..' },
    updated: { label: 'It', verb: 'was changed', kind: 'range', presets: before, hint: rangeHint, first: '-1d..' },
    q: { label: 'Name', verb: 'holds', kind: 'text' },
  },
  jobs: {
    state: { label: 'State', verb: 'is', kind: 'list', values: labels(jobStates), first: 'Failed' },
    kind: { label: 'Kind', verb: 'is', kind: 'list', values: jobVerbs, first: 'Renewal' },
    min_attempts: { label: 'It was tried', verb: 'at least', kind: 'number', first: '3' },
    finished: { label: 'It ended', verb: '', kind: 'range', presets: before, hint: rangeHint, first: '-1d..' },
    created: { label: 'It was asked for', verb: '', kind: 'range', presets: before, hint: rangeHint, first: '..-1h' },
  },
  agents: {
    health: { label: 'It', verb: 'is', pick: 'Health', kind: 'list', values: labels(agentHealths), first: 'offline' },
    state: { label: 'State', verb: 'is', kind: 'list', values: labels(agentStates), first: 'active' },
    environment: { label: 'Environment', verb: 'is', kind: 'terms', choices: 'environments', unset: 'not set' },
    version: { label: 'Version', verb: 'is', kind: 'text' },
    q: { label: 'Name', verb: 'holds', kind: 'text' },
  },
  issuers: {
    reachable: {
      label: 'It',
      verb: '',
      pick: 'Reachability',
      kind: 'one',
      values: { false: 'does not answer', true: 'answers' },
      first: 'false',
    },
    expires_before: {
      label: 'Its own certificate ends',
      verb: 'within',
      kind: 'one',
      values: { '7d': '7 d', '30d': '30 d', '90d': '90 d', '180d': '180 d', '365d': 'a year' },
      first: '90d',
    },
    kind: { label: 'Kind', verb: 'is', kind: 'text' },
    q: { label: 'Name', verb: 'holds', kind: 'text' },
  },
};

export const firstCondition: Record<Subject, Condition> = {
  certificates: [['condition', 'failing']],
  jobs: [['state', 'Failed']],
  agents: [['health', 'offline']],
  issuers: [['reachable', 'false']],
};

export const toLines = (conditions_: readonly Record<string, string>[]): Condition[] =>
  conditions_.map((one) => Object.entries(one));

/** What is sent; lines that are not filled in yet are left out. */
export const fromLines = (all: readonly Condition[]): Record<string, string>[] =>
  all
    .map((one) => Object.fromEntries(one.filter(([, text]) => text.trim() !== '')))
    .filter((one) => Object.keys(one).length > 0);

type NameOf = (id: string) => string;

function valueWords(field: ConditionField | undefined, text: string, nameOf: NameOf): string {
  if (field === undefined) return text;
  const preset = field.presets?.find((each) => each.text === text);
  if (preset) return preset.label;
  if (field.kind === 'terms' || field.kind === 'list') {
    const terms = parseTerms(text);
    const words = terms.map((term) =>
      term.value === null
        ? (field.unset ?? 'not set')
        : (field.values?.[term.value] ?? (field.choices === 'keys' ? keyName(term.value) : nameOf(term.value))),
    );
    return terms.some((term) => term.not) ? `none of ${and(words)}` : words.join(' or ');
  }
  if (field.kind === 'range') {
    const [from = '', to = ''] = text.split('..');
    return [from ? `from ${from}` : '', to ? `up to ${to}` : ''].filter(Boolean).join(' ');
  }
  return field.values?.[text] ?? text;
}

export function lineWords(subject: Subject, [key, text]: Line, nameOf: NameOf): string {
  const field = fieldsOfSubject[subject][key];
  const times = subject === 'jobs' && key === 'min_attempts' ? ' times' : '';
  return [field?.label ?? key, field?.verb ?? '', valueWords(field, text, nameOf)].filter(Boolean).join(' ') + times;
}

export const conditionsWords = (subject: Subject, all: readonly Record<string, string>[], nameOf: NameOf): string[] =>
  all.map((one) =>
    Object.entries(one)
      .map((line) => lineWords(subject, line, nameOf))
      .join(' and '),
  );

/** The name of a field where one is chosen. */
export function fieldName(subject: Subject, key: string): string {
  const field = fieldsOfSubject[subject][key];
  return field ? (field.pick ?? (field.label === 'It' ? `${field.label} ${field.verb}` : field.label)) : key;
}
