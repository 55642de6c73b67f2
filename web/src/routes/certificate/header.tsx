// The head of a certificate's page: name, status, what may be done, and its life in one line.
import { useRouter } from '@tanstack/react-router';
import { Archive, Ban, Download, MoreHorizontal, Pencil, RefreshCw, ScrollText, UserRound } from 'lucide-react';
import { useCaller } from '@/api/caller';
import { certificate as can } from '@/api/can';
import type { Certificate } from '@/api/types';
import { chainForms, chainUrl } from '@/components/certificate/chain';
import { useRenew } from '@/components/certificate/use-renew';
import { StatusText } from '@/components/status-text';
import { Expiry, TimeUntil } from '@/components/times';
import { ValidityBarLarge } from '@/components/validity-bar';
import { useNow } from '@/lib/clock';
import { cx } from '@/lib/cx';
import { lifeOf, lifeTone, renewalWords } from '@/lib/life';
import { absolute, clock, date, instant } from '@/lib/time';
import { conditions } from '@/lib/tokens';
import { count } from '@/lib/words';
import { Button, IconButton } from '@/ui/button';
import { Chip } from '@/ui/chip';
import { CopyButton, CopyId } from '@/ui/copy';
import { TextLink } from '@/ui/link';
import { Menu, MenuGroup, MenuItem, MenuSeparator } from '@/ui/menu';
import type { Around } from './data';

export type Asking = 'deploy' | 'policy' | 'owner' | 'details' | 'archive' | 'revoke';

export function Head({
  it,
  around,
  onAsk,
  quiet,
  revokeKey,
}: {
  it: Certificate;
  around: Around;
  onAsk: (what: Asking) => void /** Another button of the page is the one to press. */;
  quiet: boolean;
  /** What it is on this tab. */
  revokeKey: string | undefined;
}) {
  const caller = useCaller();
  const renew = useRenew();
  const hasAlerts = '/alerts' in useRouter().routesByPath;
  const failing = quiet || it.condition === 'failing';
  const dot = <span className="text-ink-3">·</span>;
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 className="flex items-center gap-1.5 text-xl font-semibold">
          <span className="min-w-0 break-all">{it.name}</span>
          <CopyButton label="Copy name" text={it.name} />
        </h1>
        <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-2">
          <StatusText status={conditions[it.condition]} />
          {it.failed_attempts > 0 ? <span className="nums text-ink-3">attempt {it.failed_attempts}</span> : null}
          {dot}
          <span>{around.nameOf(it.issuer_id)}</span>
          {dot}
          <span>{it.owner_id ? around.nameOf(it.owner_id) : 'unowned'}</span>
          {it.environment ? <Chip>{it.environment}</Chip> : null}
          {it.tags.map((tag) => (
            <Chip key={tag}>{tag}</Chip>
          ))}
          {it.alerts && it.alerts.open > 0 ? (
            hasAlerts ? (
              <TextLink className="text-xs" search={{ certificate: it.id } as never} to="/alerts">
                {count(it.alerts.open, 'open alert')}
              </TextLink>
            ) : (
              <span className="text-xs text-ink-3">{count(it.alerts.open, 'open alert')}</span>
            )
          ) : null}
          <CopyId id={it.id} label="Copy id" />
        </p>
      </div>
      <div className="ms-auto flex items-center gap-2" data-print="no">
        <Button disabledReason={can.deploy(caller, it)} onClick={() => onAsk('deploy')}>
          Deploy…
        </Button>
        <Button
          busy={renew.isPending}
          disabledReason={can.renew(caller, it)}
          icon={<RefreshCw size={14} />}
          onClick={() => renew.mutate(it)}
          variant={failing ? 'outline' : 'primary'}
        >
          Renew now
        </Button>
        <Menu
          align="end"
          trigger={<IconButton icon={<MoreHorizontal size={16} />} keys="." label="More" variant="outline" />}
        >
          <MenuItem
            disabledReason={can.update(caller, it)}
            icon={<ScrollText size={14} />}
            onSelect={() => onAsk('policy')}
          >
            Change policy…
          </MenuItem>
          <MenuItem
            disabledReason={can.update(caller, it)}
            icon={<UserRound size={14} />}
            onSelect={() => onAsk('owner')}
          >
            Assign owner…
          </MenuItem>
          <MenuItem
            disabledReason={can.update(caller, it)}
            icon={<Pencil size={14} />}
            onSelect={() => onAsk('details')}
          >
            Edit details…
          </MenuItem>
          <MenuGroup label="Download">
            {chainForms.map(({ form, label }) => (
              <MenuItem
                disabledReason={
                  it.holders.some((holder) => holder.current_version_id) ? null : 'nothing was issued yet'
                }
                icon={<Download size={14} />}
                key={form}
                onSelect={() => globalThis.location.assign(chainUrl(it.id, form))}
              >
                {label}
              </MenuItem>
            ))}
          </MenuGroup>
          <MenuSeparator />
          <MenuItem
            disabledReason={can.archive(caller, it)}
            icon={<Archive size={14} />}
            onSelect={() => onAsk('archive')}
          >
            Archive…
          </MenuItem>
          <MenuItem
            danger
            disabledReason={can.revoke(caller, it)}
            icon={<Ban size={14} />}
            keys={revokeKey}
            onSelect={() => onAsk('revoke')}
          >
            Revoke…
          </MenuItem>
        </Menu>
      </div>
    </header>
  );
}

/** A day for a long life, a time of day for a short one. */
const mark = (at: number, life: { start: number; end: number }) =>
  life.end - life.start < 2 * 86_400_000 ? clock(at) : date(at);

export function LifeStrip({ it, nextTry }: { it: Certificate; nextTry: string | null }) {
  const now = useNow(1000);
  const life = lifeOf(it);
  const tone = lifeTone(it);
  const { live, targets } = it.live;
  const ended = instant(it.not_after);
  const renewAt = life?.renew ?? null;
  // The end is loud only once renewal should have been: a failure with most of the life left is not urgent.
  const late = (renewAt ?? ended ?? now + 1) < now;
  const loud = late && tone === 'crit' ? 'text-crit' : late && tone === 'warn' ? 'text-warn' : '';
  const place = life && renewAt ? ((renewAt - life.start) / (life.end - life.start)) * 100 : 0;
  return (
    <section
      aria-label="Life"
      className="flex items-center gap-6 rounded-panel border border-line bg-surface px-4 py-3 narrow:flex-col narrow:items-stretch"
    >
      <div className="nums min-w-0 flex-1 text-2xs text-ink-3">
        {life ? (
          <>
            <p className="relative h-6">
              {renewAt ? (
                <span
                  className="absolute -translate-x-1/2 whitespace-nowrap"
                  style={{ insetInlineStart: `clamp(84px, ${place}%, calc(100% - 84px))` }}
                  title={absolute(renewAt)}
                >
                  renewal window {renewAt > now ? 'opens' : 'opened'} {mark(renewAt, life)}
                </span>
              ) : null}
            </p>
            <ValidityBarLarge life={life} now={now} tone={tone} />
            <p className="mt-1.5 flex justify-between">
              <span title={absolute(life.start)}>issued {mark(life.start, life)}</span>
              <span className={ended !== null && ended < now ? 'text-crit' : ''} title={absolute(life.end)}>
                {ended !== null && ended < now ? 'expired' : 'expires'} {mark(life.end, life)}
              </span>
            </p>
          </>
        ) : (
          <p className="text-sm text-ink-3">Not issued yet: its life begins with its first version.</p>
        )}
      </div>
      <dl className="flex shrink-0 gap-7 border-line border-s ps-6 narrow:border-s-0 narrow:ps-0">
        {(
          [
            ['Expires', life ? <Expiry at={it.not_after} className={loud} key="e" /> : 'not known'],
            [
              'Renews',
              nextTry ? (
                <span key="r">
                  retry <TimeUntil at={nextTry} />
                </span>
              ) : (
                renewalWords(it, now)
              ),
            ],
            [
              'Serving live',
              targets === 0 ? (
                'no targets'
              ) : (
                <span className={cx('nums', live < targets && 'text-warn')} key="l">
                  {live} of {targets}
                </span>
              ),
            ],
          ] as const
        ).map(([name, value]) => (
          <div key={name}>
            <dt className="text-xs text-ink-3">{name}</dt>
            <dd className="nums mt-0.5 text-lg font-semibold whitespace-nowrap">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
