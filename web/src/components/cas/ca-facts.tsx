// What is told of one authority wherever it stands: its state, its key, its end, what it still answers for, its limits.
// Not for: what can be done with it (ca-actions.tsx).
import { StatusText } from '@/components/status-text';
import { Expiry } from '@/components/times';
import { type Ca, caStates, limitsOf } from '@/lib/ca-words';
import { keyName } from '@/lib/key-names';
import { count, number } from '@/lib/words';
import { Chip } from '@/ui/chip';

/** More than this is not counted. */
const MOST = 100_000;

export function CaState({ ca }: { ca: Ca }) {
  const state = caStates[ca.state];
  return (
    <span title={state.means}>
      <StatusText status={ca.role === 'root' && ca.state === 'active' ? { ...state, label: 'Active' } : state} />
    </span>
  );
}

export const CaEnd = ({ ca }: { ca: Ca }) => <Expiry at={ca.not_after} className="text-ink-2" />;

export function CaLive({ ca, live }: { ca: Ca; live: number | null | undefined }) {
  if (ca.role === 'root') return null;
  if (ca.state === 'retired') return <span className="text-ink-3">none</span>;
  if (live === null || live === undefined) return null;
  return (
    <span className="nums text-ink-2">
      {live >= MOST ? `${number(MOST)} or more live` : live === 0 ? 'none live' : `${number(live)} live`}
    </span>
  );
}

/** The second line under its name. */
export function CaAbout({ ca, nameOf }: { ca: Ca; nameOf: (id: string) => string }) {
  const limits = limitsOf(ca);
  const crosses = ca.cross_certificates.length;
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-xs text-ink-3">
      <span>{keyName(ca.key_algorithm)}</span>
      {limits ? <span className="break-words">{limits}</span> : null}
      {ca.path_length === null || ca.path_length === undefined || ca.role === 'issuing' ? null : (
        <span>{ca.path_length === 0 ? 'no CA below it' : `${count(ca.path_length, 'level')} below it`}</span>
      )}
      {crosses > 0 ? (
        <span>cross-signed by {ca.cross_certificates.map((each) => nameOf(each.signed_by)).join(', ')}</span>
      ) : null}
      {ca.has_key || ca.state === 'retired' ? null : <Chip>its key is elsewhere</Chip>}
    </span>
  );
}
