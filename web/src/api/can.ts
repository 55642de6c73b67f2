// What may be done with an object in its state, and why not. The one place; a control takes its `disabledReason` from here.
// Not for: deciding (the server does, and its refusal is shown). Invariant: each answer is null (it may) or a sentence.
import type { Certificate, Job, Permission, Schemas } from './types';

type Caller = Schemas['AuthCheck'];
export type Reason = string | null;

const roles: Partial<Record<Permission, string>> = {
  'users.manage': 'Admin',
  'keys.manage': 'Admin',
  'audit.read': 'Auditor or Admin',
  'config.manage': 'Admin',
  'issuers.manage': 'Admin',
  'policies.manage': 'Admin',
  'alerts.manage': 'Admin',
  'notifiers.manage': 'Admin',
  'confirmations.decide': 'Admin',
};

/** Whether the caller's role has a right. */
export function may(caller: Caller, permission: Permission): Reason {
  return caller.permissions.includes(permission) ? null : `needs the role ${roles[permission] ?? 'Operator'}`;
}

export const certificate = {
  renew(caller: Caller, it: Certificate): Reason {
    const missing = may(caller, 'certificates.renew');
    if (missing) return missing;
    if (it.archived_at) return 'it is archived';
    if (it.open_job_ids.length > 0 && it.condition === 'renewing') return 'a renewal is running';
    return null;
  },
  deploy(caller: Caller, it: Certificate): Reason {
    const missing = may(caller, 'certificates.deploy');
    if (missing) return missing;
    if (it.archived_at) return 'it is archived';
    if (it.target_ids.length === 0) return 'it has no targets';
    if (!it.holders.some((holder) => holder.current_version_id)) return 'no version was issued yet';
    return null;
  },
  /** `agents` are those of its targets, as far as they are known. */
  probe(caller: Caller, it: Certificate, agents: readonly Schemas['Agent'][]): Reason {
    const missing = certificate.deploy(caller, it);
    if (missing) return missing;
    if (it.key_strategy === 'found') return 'it was found, and is only watched';
    const old = agents.filter((agent) => agent.abilities && !agent.abilities.includes('verify'));
    if (agents.length > 0 && old.length === agents.length)
      return `${old[0]?.name ?? 'its agent'} runs a version that cannot probe when asked: update certctl-agent`;
    return null;
  },
  update(caller: Caller, it: Certificate): Reason {
    return may(caller, 'certificates.update') ?? (it.archived_at ? 'it is archived' : null);
  },
  revoke(caller: Caller, it: Certificate): Reason {
    const missing = may(caller, 'certificates.revoke');
    if (missing) return missing;
    if (!it.holders.some((holder) => holder.current_version_id)) return 'nothing was issued yet';
    if (it.condition === 'revoked') return 'it is revoked already';
    if (it.condition === 'expired') return 'it has expired: what has ended is not revoked';
    return null;
  },
  revokeVersion(caller: Caller, it: Schemas['Version'], now: number): Reason {
    const missing = may(caller, 'certificates.revoke');
    if (missing) return missing;
    if (it.revoked_at) return 'it is revoked already';
    if (Date.parse(it.not_after) <= now) return 'it has ended: what has ended is not revoked';
    return null;
  },
  archive(caller: Caller, it: Certificate): Reason {
    return may(caller, 'certificates.archive') ?? (it.archived_at ? 'it is archived already' : null);
  },
};

const OPEN: readonly Job['state'][] = ['Pending', 'AwaitingApproval', 'AwaitingCSR', 'Running'];

const same = (a: Schemas['Actor'], b: Schemas['Actor']) =>
  a.kind === b.kind && ('id' in a ? a.id : '') === ('id' in b ? b.id : '');

export const job = {
  retry(caller: Caller, it: Job): Reason {
    return may(caller, 'jobs.operate') ?? (it.state === 'Failed' ? null : 'only a failed job can be retried');
  },
  cancel(caller: Caller, it: Job): Reason {
    return may(caller, 'jobs.operate') ?? (OPEN.includes(it.state) ? null : 'it has ended');
  },
  decide(caller: Caller, it: Job): Reason {
    const missing = may(caller, 'jobs.approve');
    if (missing) return missing;
    if (it.state !== 'AwaitingApproval') return 'it does not wait for an approval';
    if (same(it.requested_by, caller.actor)) return 'you cannot approve your own request';
    return null;
  },
};

export const confirmation = {
  decide(caller: Caller, it: Schemas['Confirmation']): Reason {
    if (it.state !== 'waiting') return 'nobody has to decide about it any more';
    if (it.own) return 'you asked for it, so another admin has to';
    return may(caller, 'confirmations.decide');
  },
};
