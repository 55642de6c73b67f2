// What an event makes stale: queries are read anew, a second later at most, and together.
// Not for: grids, which keep their order while in use and patch their rows themselves (DataGrid).
// Invariant: a query that no event names is polled only while the stream is down.
import type { QueryClient } from '@tanstack/react-query';
import { heard, isGone } from './gone';
import { onEvent } from './live';
import type { Event } from './types';

/** The paths that show objects of a kind, by their beginning. */
const shown: Record<string, readonly string[]> = {
  certificate: ['/certificates', '/needs', '/stats', '/violations', '/tags'],
  job: [
    '/jobs',
    '/agents/{id}/jobs',
    '/approvals',
    '/certificates/{id}',
    '/needs',
    '/stats/renewals',
    '/stats/issuance',
  ],
  revocation: ['/revocations', '/certificates/{id}'],
  deployment: ['/certificates/{id}', '/jobs/{id}', '/needs', '/stats/summary', '/targets'],
  agent: ['/agents', '/targets', '/stats/fleet', '/needs', '/audit'],
  invitation: ['/agents/invitations'],
  target: ['/targets', '/agents'],
  target_test: ['/target-tests', '/targets'],
  issuer: ['/issuers', '/cas', '/needs', '/jobs'],
  ca: ['/cas', '/issuers'],
  dns_provider: ['/dns-providers'],
  profile: ['/profiles'],
  renewal_policy: ['/renewal-policies'],
  policy_rule: ['/policies', '/violations'],
  violation: ['/violations', '/policies'],
  owner: ['/owners'],
  team: ['/teams'],
  alert: ['/alerts', '/needs'],
  need: ['/needs'],
  alert_rule: ['/alert-rules', '/alerts'],
  notifier: ['/notifiers'],
  notification: ['/notifications'],
  operation: ['/operations'],
  user: ['/users', '/people'],
  api_key: ['/api-keys'],
  session: ['/sessions'],
  confirmation: ['/confirmations'],
  access_rules: ['/access-rules'],
  view: ['/views'],
};

const SOON = 1000;
/** Counts over the whole inventory cost the server more than a page of a list. */
const LATER = 4000;

export function followEvents(queries: QueryClient): () => void {
  const dirty = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let counted = 0;

  const flush = () => {
    timer = undefined;
    // Nobody looks: all of it at once when somebody does.
    if (document.hidden) return;
    const now = Date.now();
    const counts = now - counted >= LATER;
    const due = [...dirty].filter((path) => counts || !costly(path));
    for (const path of due) dirty.delete(path);
    if (counts) counted = now;
    if (due.length > 0) {
      void queries.invalidateQueries({
        predicate: ({ queryKey: [path, params] }) =>
          typeof path === 'string' &&
          due.some((start) => path === start || path.startsWith(`${start}/`)) &&
          !isGone(params),
      });
    }
    if (dirty.size > 0) timer = setTimeout(flush, SOON);
  };

  const stop = onEvent((event) => {
    heard(event);
    if (event.kind === 'reset') {
      void queries.invalidateQueries();
      return;
    }
    for (const path of touched(event)) dirty.add(path);
    timer ??= setTimeout(flush, SOON);
  });
  const seen = () => {
    if (!document.hidden && dirty.size > 0) flush();
  };
  document.addEventListener('visibilitychange', seen);
  return () => {
    stop();
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', seen);
  };
}

const costly = (path: string) => path.startsWith('/stats') || path === '/needs';

export function touched(event: Event): readonly string[] {
  return shown[event.object_kind] ?? [];
}

/** The certificate that an event is about, whatever its object. */
export function certificateOf(event: Event): string | undefined {
  if (event.object_kind === 'certificate') return event.object_id;
  const data = event.data as { certificate_id?: unknown } | null | undefined;
  return typeof data?.certificate_id === 'string' ? data.certificate_id : undefined;
}
