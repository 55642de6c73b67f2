// What happened to a certificate, in words: ids become names, states become verbs. Not for: the audit trail, which quotes.
// Invariant: an action that is not known here keeps the server's summary, with its ids replaced.
import type { Schemas } from '@/api/types';
import { plainCause, shorten } from './cause-words';
import type { Naming } from './lineage';
import type { StatusWord } from './tokens';

type Entry = Schemas['TimelineEntry'];

export interface EventNames {
  version: (id: string) => string | null;
  target: (id: string) => string;
  agent: (id: string) => string;
  /** The version that has a fingerprint, where that is known. */
  byFingerprint?: Naming['byFingerprint'];
}

export interface EventWords {
  title: string;
  detail: string;
  glyph: StatusWord['glyph'];
  tone: StatusWord['tone'];
}

const ends: Record<string, { word: string; glyph: StatusWord['glyph']; tone: StatusWord['tone'] }> = {
  Pending: { word: 'waits', glyph: 'due', tone: 'neutral' },
  AwaitingApproval: { word: 'waits for approval', glyph: 'waiting', tone: 'neutral' },
  AwaitingCSR: { word: 'waits for a CSR', glyph: 'waiting', tone: 'neutral' },
  Running: { word: 'began', glyph: 'renewing', tone: 'neutral' },
  Completed: { word: 'done', glyph: 'healthy', tone: 'ok' },
  Failed: { word: 'failed', glyph: 'failing', tone: 'crit' },
  Cancelled: { word: 'cancelled', glyph: 'archived', tone: 'neutral' },
};

const JOB = /^(Issuance|Renewal|Deployment|Validation) (?:job-\S+) is (\w+)(?:: (.*))?$/s;
const ON = /^(cv-\S+) (?:on|is served by) (\S+?)(?:: (.*))?$/s;

export function eventWords(entry: Entry, names: EventNames): EventWords {
  const naming = names.byFingerprint ? { byFingerprint: names.byFingerprint } : undefined;
  const job = JOB.exec(entry.summary);
  if (entry.action === 'job.changed' && job) {
    const end = ends[job[2] ?? ''];
    const kind = job[1] === 'Validation' ? 'Probe' : (job[1] ?? '');
    if (end) {
      const again = job[2] === 'Pending' && job[3];
      return {
        title: again ? `${kind} failed, to be tried again` : `${kind} ${end.word}`,
        detail: plainCause(job[3] ?? '', naming),
        glyph: again ? 'failing' : end.glyph,
        tone: again ? 'crit' : end.tone,
      };
    }
  }
  const on = ON.exec(entry.summary);
  if (entry.action.startsWith('deployment.') && on) {
    const version = names.version(on[1] ?? '') ?? 'A version';
    const target = names.target(on[2] ?? '');
    const detail = plainCause(on[3] ?? '', naming);
    switch (entry.action) {
      case 'deployment.live':
        return { title: `${version} verified live on ${target}`, detail, glyph: 'healthy', tone: 'ok' };
      case 'deployment.verified':
        return { title: `${version} seen live on ${target}`, detail, glyph: 'healthy', tone: 'ok' };
      case 'deployment.not_verified':
        return { title: `${version} not seen on ${target}`, detail, glyph: 'unverified', tone: 'crit' };
      case 'deployment.rolled_back':
        return { title: `${version} taken back from ${target}`, detail, glyph: 'failing', tone: 'crit' };
      case 'deployment.failed':
        return { title: `${version} not deployed to ${target}`, detail, glyph: 'failing', tone: 'crit' };
      case 'deployment.installed':
        return { title: `${version} installed on ${target}`, detail, glyph: 'healthy', tone: 'ok' };
      default:
        break;
    }
  }
  const issued = /got version (cv-\S+)/.exec(entry.summary);
  if (entry.action === 'version.issued' && issued)
    return {
      title: `${names.version(issued[1] ?? '') ?? 'A version'} issued`,
      detail: '',
      glyph: 'healthy',
      tone: 'ok',
    };
  const wanted = /^(cv-\S+) is wanted on (\S+)$/.exec(entry.summary);
  if (wanted)
    return {
      title: `${names.version(wanted[1] ?? '') ?? 'A version'} to be deployed to ${names.target(wanted[2] ?? '')}`,
      detail: '',
      glyph: 'pending',
      tone: 'neutral',
    };
  if (entry.action === 'certificate.create')
    return { title: 'Requested', detail: '', glyph: 'pending', tone: 'neutral' };
  if (entry.action === 'issuance.intended')
    return { title: 'Signing asked for', detail: '', glyph: 'pending', tone: 'neutral' };
  const text = entry.summary
    .replace(/\bcv-[0-9a-z]+/g, (id) => names.version(id) ?? 'a version')
    .replace(/\btgt-[0-9a-z-]+/g, (id) => names.target(id))
    .replace(/\bag-[0-9a-z-]+/g, (id) => names.agent(id))
    .replace(/\b(Issuance|Renewal|Deployment|Validation) job-[0-9a-z]+/g, '$1')
    .replace(/\bjob-[0-9a-z]+/g, 'a job')
    .replace(/\bmc-[0-9a-z-]+/g, 'It');
  const clean = shorten(text);
  return {
    title: /^v\d/.test(clean) ? clean : clean.charAt(0).toUpperCase() + clean.slice(1),
    detail: '',
    glyph: /fail|refus|reject/.test(entry.action) ? 'failing' : 'pending',
    tone: /fail|refus|reject/.test(entry.action) ? 'crit' : 'neutral',
  };
}
