// What can be said of a target before anything is deployed to it, in order. What only its host can answer is proven by the first
// deployment, which is rolled back when it fails. Not for: drawing. Invariant: nothing is called passed that was not looked at.
import type { Schemas } from '@/api/types';
import type { CheckItem } from './checks';
import { instant, span } from './time';

export interface TargetDraft {
  kind: string;
  agent_id: string;
  name: string;
  config: Readonly<Record<string, unknown>>;
}

type Agent = Schemas['Agent'];
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
  agent: Agent | undefined,
  others: readonly Target[] | undefined,
  faults: Readonly<Record<string, string>>,
  now: number,
): CheckItem[] {
  const waiting = (key: string, title: string): CheckItem => ({ key, title, state: 'running' });
  const answers: CheckItem = !agent
    ? waiting('agent', 'The agent answers')
    : {
        key: 'agent',
        title: agent.health === 'online' ? `Agent ${agent.name} answers` : `Agent ${agent.name} is not heard from`,
        state: agent.health === 'online' ? 'passed' : agent.health === 'late' ? 'warning' : 'failed',
        detail: agent.last_seen_at
          ? `${agent.version ? `v${agent.version}, ` : ''}last report ${span(now - (instant(agent.last_seen_at) ?? now))} ago`
          : 'it has never reported',
      };
  const works: CheckItem = !agent
    ? waiting('state', 'The agent gets work')
    : {
        key: 'state',
        title: agent.state === 'active' ? 'It gets work' : `It is ${agent.state} and gets no work`,
        state: agent.state === 'active' ? 'passed' : 'failed',
      };
  const allowed: CheckItem = !agent
    ? waiting('kind', 'Its local policy allows this type')
    : agent.capabilities.includes(draft.kind)
      ? {
          key: 'kind',
          title: `Its local policy allows the type ${draft.kind}`,
          state: 'passed',
          detail: `it allows ${agent.capabilities.join(', ')}`,
        }
      : {
          key: 'kind',
          title: `Its local policy does not allow the type ${draft.kind}`,
          state: 'failed',
          detail:
            agent.capabilities.length === 0
              ? 'It allows nothing. Name the type in /etc/certctl/agent.toml on the host, then check it there.'
              : `It allows ${agent.capabilities.join(', ')}. Name the type in /etc/certctl/agent.toml on the host, then check it there.`,
          command: 'certctl-agent check',
        };
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
  const probes = probesOf(draft.config);
  const proof: CheckItem =
    probes.length > 0
      ? {
          key: 'probe',
          title: `It will be proven live on ${probes.length === 1 ? 'one endpoint' : `${probes.length} endpoints`}`,
          state: 'passed',
          detail: probes
            .map((probe) => (probe.server_name ? `${probe.address} (${probe.server_name})` : probe.address))
            .join(', '),
        }
      : {
          key: 'probe',
          title: 'No endpoint is named',
          state: 'warning',
          detail: 'Nobody looks what is served: deployments end as installed, never as verified live.',
        };
  return [
    answers,
    works,
    allowed,
    form,
    free,
    proof,
    {
      key: 'deploy',
      title: 'Files, configuration test, reload and handshake',
      state: 'waiting',
      detail:
        'Only the host can tell. The first deployment goes through them one by one, shows each on the page of the target, and puts the old files back when one fails.',
    },
  ];
}

/** Why it may not be saved; null when it may. */
export function blocked(checks: readonly CheckItem[]): string | null {
  const failed = checks.filter((check) => check.state === 'failed').length;
  if (failed > 0) return failed === 1 ? 'one check failed' : `${failed} checks failed`;
  return checks.some((check) => check.state === 'running') ? 'checks are running' : null;
}
