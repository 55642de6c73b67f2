// What can be said of a draft without its host. What only the host can answer is tested there (target-test.ts).
// Not for: drawing. Invariant: nothing is called passed that was not looked at.
import type { Schemas } from '@/api/types';
import type { CheckItem } from './checks';
import { plural } from './words';

export interface TargetDraft {
  kind: string;
  agent_id: string;
  name: string;
  config: Readonly<Record<string, unknown>>;
  /** Its last test; it counts while it was of exactly this draft. */
  test_id?: string;
}

type Target = Schemas['Target'];

const files = (config: Readonly<Record<string, unknown>>): string[] =>
  ['certificate_path', 'key_path', 'chain_path'].flatMap((key) => {
    const path = config[key];
    return typeof path === 'string' && path !== '' ? [path] : [];
  });

export function probesOf(config: unknown): { address: string; server_name?: string }[] {
  const probe = (config as { probe?: unknown } | null)?.probe;
  return Array.isArray(probe)
    ? (probe as { address?: unknown; server_name?: unknown }[]).flatMap((each) =>
        typeof each?.address === 'string'
          ? [
              {
                address: each.address,
                server_name: typeof each.server_name === 'string' ? each.server_name : undefined,
              },
            ]
          : [],
      )
    : [];
}

/** The target on the same agent that has one of the same files, and that file. */
export function clash(draft: TargetDraft, others: readonly Target[]): { target: Target; path: string } | null {
  const mine = files(draft.config);
  for (const target of others) {
    if (target.agent_id !== draft.agent_id) continue;
    const path = files((target.config ?? {}) as Record<string, unknown>).find((each) => mine.includes(each));
    if (path !== undefined) return { target, path };
  }
  return null;
}

export function checkTarget(
  draft: TargetDraft,
  others: readonly Target[] | undefined,
  faults: Readonly<Record<string, string>>,
): CheckItem[] {
  const waiting = (key: string, title: string): CheckItem => ({ key, title, state: 'running' });
  const wrong = Object.values(faults);
  const form: CheckItem = {
    key: 'form',
    title: wrong.length === 0 ? 'The configuration fits its schema' : 'The configuration does not fit its schema',
    state: wrong.length === 0 ? 'passed' : 'failed',
    detail: wrong.length === 0 ? files(draft.config).join(', ') : wrong.join(' '),
  };
  const hit = others ? clash(draft, others) : null;
  const free: CheckItem = !others
    ? waiting('files', 'No other target writes the same files')
    : hit
      ? {
          key: 'files',
          title: `The target ${hit.target.name} writes the same file`,
          state: 'failed',
          detail: `${hit.path}: each would overwrite the other.`,
        }
      : { key: 'files', title: 'No other target of this agent writes the same files', state: 'passed' };
  const unproven: CheckItem = {
    key: 'probe',
    title: 'No endpoint is named',
    state: 'warning',
    detail: 'Nobody looks what is served: deployments end as installed, never as verified live.',
  };
  return probesOf(draft.config).length > 0 ? [form, free] : [form, free, unproven];
}

/** Why it may not be saved; null when it may. */
export function blocked(checks: readonly CheckItem[]): string | null {
  const failed = checks.filter((check) => check.state === 'failed').length;
  if (failed > 0) return plural(failed, { one: 'one check failed', other: '# checks failed' });
  return checks.some((check) => check.state === 'running') ? 'checks are running' : null;
}
