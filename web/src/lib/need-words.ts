// A need in words: what it is about, what more there is to know, and why. Rendered from its code and facts, never from raw
// errors as a headline. Not for: ranking (the server's) and actions (need-action.tsx).
import type { Need } from '@/api/types';
import { causeWords, sentence } from './cause-words';
import { count, plural } from './words';

export interface NeedWords {
  title: string;
  context: string;
  why: string;
}

interface Facts {
  issuer_id?: string;
  agent_id?: string;
  name?: string;
  last_error?: string;
  cause?: string;
  failures?: number;
}

/** The one that matters most first, and how many more. */
function environments(names: readonly string[]): string {
  const [first, ...rest] = names.toSorted(
    (a, b) => Number(b === 'production') - Number(a === 'production') || a.localeCompare(b),
  );
  return first === undefined ? '' : rest.length === 0 ? first : `${first} +${rest.length}`;
}

/** What failed: of a deployment in our words, because its cause is about addresses and fingerprints. */
function failure(cause: string): string {
  const { headline, part } = causeWords({ step: 'issued', cause, agent: '', issuer: '' });
  if (part === undefined) return `Renewal failed. ${sentence(cause)}`;
  const back = cause.includes('the old certificate was put back') ? ', so the old one was put back' : '';
  return sentence(`${headline}${back}`);
}

export function needWords(
  need: Need,
  sample: string | undefined,
  nameOf: (id: string | null | undefined) => string,
): NeedWords {
  const facts = (need.params ?? {}) as Facts;
  const many = need.blast.certificates;
  const where = environments(need.blast.environments);
  const served = need.blast.targets > 0 ? count(need.blast.targets, 'target') : '';
  const context = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(' · ');
  const about = (text: string) => (many === 1 && sample !== undefined ? sample : text);
  const issuer = nameOf(facts.issuer_id);
  const agent = facts.name ?? facts.agent_id;
  switch (need.code) {
    case 'expired':
      return {
        title: about(`${count(many, 'certificate')} expired`),
        context: context(issuer, served, where),
        why:
          many === 1
            ? 'Expired, and nothing newer has been issued.'
            : 'Expired, and nothing newer has been issued for them.',
      };
    case 'renewal_failing':
      return {
        title: about(`${count(many, 'renewal')} failing`),
        context: context(issuer, served, where),
        why: facts.last_error ? failure(facts.last_error) : 'Renewal failed, and the issuer answers.',
      };
    case 'not_verified_live':
      return {
        title: about(`${count(many, 'certificate')} not verified live`),
        context: context(`on ${nameOf(facts.agent_id)}`, served, where),
        why: 'Deployed, but the endpoint has not been seen serving it.',
      };
    case 'agent_offline':
      return {
        title: `Agent ${agent} offline`,
        context: context(served, where),
        why:
          many === 0
            ? 'No heartbeat. It holds no keys that are due.'
            : `No heartbeat. It holds the keys of ${count(many, 'certificate')} that are due, failing or expired.`,
      };
    case 'issuer_unreachable':
      return {
        title: `${agent ?? issuer} does not answer`,
        context: context(count(many, 'certificate'), served, where),
        why: facts.cause ? sentence(facts.cause) : `${count(facts.failures ?? 0, 'request')} failed in a row.`,
      };
    case 'approvals_waiting':
      return {
        title: plural(many, { one: '# request awaits approval', other: '# requests await approval' }),
        context: where,
        why: 'Nothing is issued for them until somebody decides.',
      };
    case 'csr_waiting':
      return {
        title: plural(many, { one: '# request waits for a CSR', other: '# requests wait for a CSR' }),
        context: where,
        why: 'Their keys are kept outside of certctl, so an operator has to bring the CSR.',
      };
    default:
      return {
        title: need.title,
        context: context(served, where),
        why: need.blast.certificates > 0 ? `It touches ${count(many, 'certificate')}.` : 'An alert is open about it.',
      };
  }
}
