// Why a step failed, in plain words: who could not do what, and then what was seen. The raw text stays one click away.
// Not for: needs (need-words.ts). Invariant: a cause whose kind is not known still gets a headline from its step.
import type { Naming } from './lineage';
import type { StepName } from './rail';

export interface CauseWords {
  headline: string;
  detail: string;
  /** The step of a deployment that it was, if it was one. */
  part?: string;
}

/** Long hexadecimal runs say nothing to a reader: the first eight digits do. */
export const shorten = (text: string) => text.replace(/\b([0-9a-f]{8})[0-9a-f]{24,}\b/g, '$1…');

/** Fingerprints by the version that has them; one that is nobody's keeps the beginning by which it can be searched for. */
export const withVersions = (text: string, naming?: Pick<Naming, 'byFingerprint'>) =>
  text.replace(
    /\b((?:serves )?another certificate, |serves |the new certificate )?([0-9a-f]{64})\b/g,
    (_, before: string | undefined, hex: string) => {
      const name = naming?.byFingerprint(hex)?.name;
      if (before?.includes('serves')) return `serves ${name ?? `another certificate, ${hex.slice(0, 8)}…`}`;
      return `${before ?? ''}${name ?? `${hex.slice(0, 8)}…`}`;
    },
  );

interface Facts {
  /** How this certificate's versions are called. */
  naming?: Pick<Naming, 'byFingerprint'>;
  step: StepName;
  cause: string;
  agent: string;
  issuer: string;
  target?: string;
}

export const sentence = (text: string) => {
  const short = shorten(text.trim());
  const capital = short.charAt(0).toUpperCase() + short.slice(1);
  return capital === '' || /[.!?)…]$/.test(capital) ? capital : `${capital}.`;
};

/** The step of a deployment that a cause begins with: `probe: ...`. */
const PART = /^(check|backup|stage|validate|swap|reload|probe|restore|rollback): /;

/** A cause as one sentence, without the name of the step that it begins with. */
export const plainCause = (cause: string, naming?: Pick<Naming, 'byFingerprint'>) =>
  sentence(withVersions(cause.replace(PART, ''), naming));

export function causeWords({ step, cause, agent, issuer, target, naming }: Facts): CauseWords {
  const part = PART.exec(cause)?.[1];
  const rest = part === undefined ? cause : cause.slice(part.length + 2);
  const where = target ?? 'the target';
  const by = agent || 'The agent';
  const headline = (() => {
    switch (part) {
      case 'check':
        return `${by} cannot deploy to ${where}`;
      case 'backup':
        return `${by} could not keep the old files of ${where}`;
      case 'stage':
      case 'swap':
        return `${by} could not write the files of ${where}`;
      case 'validate':
        return `${where} does not take the new files`;
      case 'reload':
        return `${by} could not reload ${where}`;
      case 'probe':
        return `${where} does not serve the new certificate`;
      case 'restore':
      case 'rollback':
        return `${by} could not put the old certificate back on ${where}`;
      default:
        break;
    }
    switch (step) {
      case 'approved':
        return 'The request was not approved';
      case 'key_generated':
      case 'csr_received':
        return agent ? `${agent} made no CSR` : 'No CSR has come';
      case 'issued':
        return `${issuer || 'The issuer'} did not sign it`;
      case 'deployed':
        return `${by} could not deploy to ${where}`;
      case 'verified_live':
        return `${where} does not serve the new certificate`;
      default:
        return 'It could not begin';
    }
  })();
  return { headline, detail: sentence(withVersions(rest, naming)), part };
}
