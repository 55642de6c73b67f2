// The columns of the certificate list: what each shows and which order it gives. Not for: which are shown (the URL's `cols`).
import { Check } from 'lucide-react';
import type { Certificate } from '@/api/types';
import type { Column } from '@/components/data-grid/data-grid';
import { StatusGlyph } from '@/components/status-glyph';
import { StatusText } from '@/components/status-text';
import { Expiry, TimeAgo } from '@/components/times';
import { ValidityBar } from '@/components/validity-bar';
import { useNow, useTicking } from '@/lib/clock';
import { cx } from '@/lib/cx';
import { lifeOf, lifeTone, renewalWords } from '@/lib/life';
import { conditions } from '@/lib/tokens';
import { number } from '@/lib/words';
import { Chip } from '@/ui/chip';
import { RowLink } from '@/ui/row-link';

function Name({ it }: { it: Certificate }) {
  const others = it.names.length - 1;
  return (
    <>
      <RowLink to={`/certificates/${it.id}`}>{it.name}</RowLink>
      {others > 0 ? <span className="nums ms-1.5 text-xs text-ink-3">+{others}</span> : null}
    </>
  );
}

function Expires({ it }: { it: Certificate }) {
  const now = useNow(30_000);
  const life = lifeOf(it);
  const tone = lifeTone(it);
  // The end is loud only once renewal should have been, as on its page.
  const late = ((life?.renew ?? life?.end) || 0) < now;
  return (
    <span className="flex items-center gap-3">
      {life ? (
        <ValidityBar className="w-28 shrink-0" life={life} now={now} tone={tone} />
      ) : (
        <span className="w-28 shrink-0" />
      )}
      <Expiry
        at={it.not_after}
        className={cx(
          'truncate',
          late && tone === 'crit' ? 'font-medium text-crit' : late && tone === 'warn' ? 'text-warn' : 'text-ink-2',
        )}
      />
    </span>
  );
}

function Renews({ it }: { it: Certificate }) {
  return <span className="nums text-ink-3">{useTicking((now) => renewalWords(it, now))}</span>;
}

function Live({ it }: { it: Certificate }) {
  const { live, targets } = it.live;
  if (targets === 0) return <span className="text-ink-3">no targets</span>;
  const all = live === targets;
  return (
    <span className={cx('nums inline-flex items-center gap-1.5 align-middle', all ? 'text-ink-2' : 'text-warn')}>
      {all ? (
        <Check aria-hidden="true" className="text-ink-3" size={14} />
      ) : (
        <StatusGlyph glyph="unverified" size={14} tone="warn" />
      )}
      {live}/{targets}
    </span>
  );
}

const Muted = ({ children }: { children: React.ReactNode }) => <span className="text-ink-2">{children}</span>;
const Unset = ({ children }: { children: string }) => <span className="text-ink-3 italic">{children}</span>;

/** The columns that are shown when nobody chose others. */
export const usual = ['name', 'status', 'expires', 'renews', 'issuer', 'live', 'owner', 'environment'];

export function columnsOf(nameOf: (id: string | null | undefined) => string): readonly Column<Certificate>[] {
  return [
    { key: 'name', label: 'Name', width: 216, grow: 2.4, sort: 'name', cell: (it) => <Name it={it} /> },
    {
      key: 'status',
      label: 'Status',
      width: 160,
      sort: 'attention',
      cell: (it) => (
        <StatusText status={conditions[it.condition]} times={it.condition === 'failing' ? it.failed_attempts : 0} />
      ),
    },
    { key: 'expires', label: 'Expires', width: 228, sort: 'expires', cell: (it) => <Expires it={it} /> },
    { key: 'renews', label: 'Renews', width: 104, sort: 'renews', cell: (it) => <Renews it={it} /> },
    { key: 'issuer', label: 'Issuer', width: 120, grow: 1, cell: (it) => <Muted>{nameOf(it.issuer_id)}</Muted> },
    { key: 'live', label: 'Live', width: 92, cell: (it) => <Live it={it} /> },
    {
      key: 'owner',
      label: 'Owner',
      width: 104,
      grow: 0.6,
      cell: (it) => (it.owner_id ? <Muted>{nameOf(it.owner_id)}</Muted> : <Unset>unowned</Unset>),
    },
    {
      key: 'environment',
      label: 'Environment',
      width: 104,
      cell: (it) => (it.environment ? <Chip>{it.environment}</Chip> : <Unset>unset</Unset>),
    },
    {
      key: 'team',
      label: 'Team',
      width: 120,
      cell: (it) => (it.team_id ? <Muted>{nameOf(it.team_id)}</Muted> : <Unset>no team</Unset>),
    },
    { key: 'key', label: 'Key', width: 112, cell: (it) => <Muted>{keyName(it.key_algorithm)}</Muted> },
    { key: 'profile', label: 'Profile', width: 132, cell: (it) => <Muted>{nameOf(it.profile_id)}</Muted> },
    { key: 'policy', label: 'Policy', width: 132, cell: (it) => <Muted>{nameOf(it.renewal_policy_id)}</Muted> },
    {
      key: 'targets',
      label: 'Targets',
      width: 84,
      cell: (it) => <span className="nums text-ink-2">{number(it.target_ids.length)}</span>,
    },
    {
      key: 'agents',
      label: 'Agents',
      width: 132,
      cell: (it) => <Muted>{it.holders.map((holder) => holder.agent_id ?? 'outside').join(', ')}</Muted>,
    },
    {
      key: 'tags',
      label: 'Tags',
      width: 140,
      cell: (it) => (
        <span className="flex gap-1">
          {it.tags.map((tag) => (
            <Chip key={tag}>{tag}</Chip>
          ))}
        </span>
      ),
    },
    {
      key: 'created',
      label: 'Created',
      width: 112,
      sort: 'created',
      cell: (it) => <TimeAgo at={it.created_at} className="text-ink-3" />,
    },
    {
      key: 'updated',
      label: 'Changed',
      width: 112,
      sort: 'updated',
      cell: (it) => <TimeAgo at={it.updated_at} className="text-ink-3" />,
    },
    { key: 'id', label: 'Id', width: 252, cell: (it) => <code className="text-ink-3">{it.id}</code> },
  ];
}

/** What `cols` may name. */
export const columnKeys: readonly string[] = columnsOf(() => '').map((column) => column.key);

export const keyName = (algorithm: string | null | undefined) =>
  algorithm
    ? algorithm.replace('ecdsa-p', 'ECDSA P-').replace('rsa-', 'RSA ').replace('ed25519', 'Ed25519')
    : 'not known';
