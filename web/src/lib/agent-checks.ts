// The checks of an agent in their order, from what the server knows of it, with the commands for its host.
// Not for: drawing. Invariant: a check that only the host can answer is `waiting`, with its command, and only while it is needed.
import type { Schemas } from '@/api/types';
import type { CheckItem } from './checks';
import { instant, span } from './time';

type Agent = Pick<
  Schemas['Agent'],
  'state' | 'health' | 'last_seen_at' | 'identity_not_after' | 'capabilities' | 'version'
>;

const SOON = 2 * 86_400_000;

export function diagnose(it: Agent, now: number, server: string): CheckItem[] {
  const seen = instant(it.last_seen_at);
  const end = instant(it.identity_not_after);
  const heard: CheckItem = {
    key: 'heard',
    title:
      it.health === 'online'
        ? 'It is heard from'
        : it.health === 'late'
          ? 'A heartbeat is missed'
          : 'It is not heard from',
    state: it.health === 'online' ? 'passed' : it.health === 'late' ? 'warning' : 'failed',
    detail: seen === null ? 'It has never reported.' : `Last report ${span(now - seen)} ago.`,
  };
  const state: CheckItem = {
    key: 'state',
    title:
      it.state === 'active'
        ? 'It may work'
        : it.state === 'quarantined'
          ? 'It is quarantined'
          : 'It is retired for good',
    state: it.state === 'active' ? 'passed' : it.state === 'quarantined' ? 'warning' : 'failed',
    detail:
      it.state === 'active'
        ? undefined
        : it.state === 'quarantined'
          ? 'It gets no work until somebody lifts the quarantine.'
          : 'Its identity is refused.',
  };
  const identity: CheckItem =
    end === null
      ? { key: 'identity', title: 'The end of its identity is not known', state: 'warning' }
      : end <= now
        ? {
            key: 'identity',
            title: 'Its identity certificate has expired',
            state: 'failed',
            detail: `${span(now - end)} ago. It cannot renew it any more: invite the host anew.`,
          }
        : end - now < SOON && it.health !== 'online'
          ? {
              key: 'identity',
              title: 'Its identity certificate ends soon',
              state: 'warning',
              detail: `In ${span(end - now)}. An agent renews it by itself while it is heard from.`,
            }
          : {
              key: 'identity',
              title: 'Its identity certificate is valid',
              state: 'passed',
              detail: `For ${span(end - now)} more.`,
            };
  const policy: CheckItem =
    it.capabilities.length > 0
      ? {
          key: 'policy',
          title: 'Its local policy allows deployments',
          state: 'passed',
          detail: `Kinds of target: ${it.capabilities.join(', ')}.`,
        }
      : {
          key: 'policy',
          title: 'Its local policy allows no deployment',
          state: 'warning',
          detail: 'Name directories and kinds in /etc/certctl/agent.toml on its host, then check it.',
          command: 'certctl-agent check',
        };
  const host: CheckItem[] =
    it.health === 'online' || it.state === 'retired'
      ? []
      : [
          {
            key: 'service',
            title: 'On the host: is the service running?',
            state: 'waiting',
            command: 'systemctl status certctl-agent',
          },
          {
            key: 'log',
            title: 'On the host: what does its log say?',
            state: 'waiting',
            command: 'journalctl -u certctl-agent -n 50 --no-pager',
          },
          {
            key: 'reach',
            title: 'On the host: does it reach the control plane?',
            state: 'waiting',
            detail: 'Any answer is good; a time-out is a firewall or a name that does not resolve.',
            command: `curl -skS -o /dev/null -w '%{http_code} in %{time_total} s\\n' ${server}/healthz`,
          },
          {
            key: 'start',
            title: 'On the host: start it again',
            state: 'waiting',
            command: 'systemctl restart certctl-agent',
          },
        ];
  return [heard, state, identity, policy, ...host];
}
