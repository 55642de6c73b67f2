// What needs a person now: groups by how soon, each need with its reason, its deadline and its one next step.
// Not for: ranking. Invariants: the reason has two lines, because it is the most important text of the page; by keyboard the
// focus itself goes through the rows, to the button of each; while the list is in use its rows keep their places.
import { useQueries } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { flushSync } from 'react-dom';
import { useNames } from '@/api/caller';
import { q } from '@/api/client';
import type { Certificate, Need, Schemas } from '@/api/types';
import { openMenuIn } from '@/components/row-menu';
import { StatusGlyph } from '@/components/status-glyph';
import { Expiry, TimeUntil } from '@/components/times';
import { ValidityBar } from '@/components/validity-bar';
import { rowsLink } from '@/lib/certificate-grammar';
import { useNow } from '@/lib/clock';
import { cx } from '@/lib/cx';
import { useKeys } from '@/lib/keyboard';
import { lifeOf } from '@/lib/life';
import { needWords } from '@/lib/need-words';
import { steadied } from '@/lib/steady';
import type { Glyph, Tone } from '@/lib/tokens';
import { number } from '@/lib/words';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';
import { NeedAction } from './need-action';
import { NeedMenu } from './need-menu';
import { NextUp } from './next-up';

const bands: Record<Schemas['NeedBand'], { title: string; note: string }> = {
  urgent: { title: 'Outage risk within 48 hours', note: 'renewal cannot finish without you' },
  week: { title: 'This week', note: 'will become an outage if left' },
  later: { title: 'Later', note: 'there is time, but it does not mend itself' },
  waiting: { title: 'Waiting on you', note: 'a person has to decide or bring something' },
};

const looks: Record<string, { glyph: Glyph; tone: Tone }> = {
  expired: { glyph: 'expired', tone: 'crit' },
  renewal_failing: { glyph: 'failing', tone: 'crit' },
  issuer_unreachable: { glyph: 'failing', tone: 'crit' },
  not_verified_live: { glyph: 'unverified', tone: 'warn' },
  agent_offline: { glyph: 'archived', tone: 'neutral' },
  approvals_waiting: { glyph: 'waiting', tone: 'neutral' },
  csr_waiting: { glyph: 'waiting', tone: 'neutral' },
};

const FIRST = 7;
/** So few leave room for what is next. */
const FEW = 2;
const NEXT = 6;

const rowsOf = () => [...document.querySelectorAll<HTMLElement>('main [data-need]')];
const here = () => rowsOf().findIndex((row) => row.contains(document.activeElement));

/** Whether somebody's pointer or focus is in the list. */
const isInUse = () => document.querySelector('main [data-needs]')?.matches(':hover, :focus-within') === true;

/** For the query: the needs with their order as it was while the list is in use. */
export const steadyNeeds = (() => {
  const order = steadied<Need>(isInUse, (before, now) => ({ ...now, band: before.band }));
  return (needs: Schemas['Needs']): Schemas['Needs'] => ({ ...needs, items: order(needs.items) });
})();

/** To the button of a row, else to its title: Enter then does what the button says. Its menu has a key of its own. */
function move(by: number): boolean {
  const rows = rowsOf();
  const at = here();
  const row = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
  const controls = row?.querySelectorAll<HTMLElement>('a[href], button:not([data-row-menu])');
  controls?.item(controls.length - 1).focus();
  row?.scrollIntoView({ block: 'nearest' });
  return row !== undefined;
}

function open(): boolean {
  const title = rowsOf()[here()]?.querySelector<HTMLElement>('a[href]');
  title?.click();
  return title !== undefined && title !== null;
}

function Row({ need, sample }: { need: Need; sample?: Certificate }) {
  const nameOf = useNames();
  const navigate = useNavigate();
  const now = useNow(60_000);
  const words = needWords(need, sample?.name, nameOf);
  const look = looks[need.code] ?? { glyph: 'warning', tone: 'warn' };
  const life = need.blast.certificates === 1 && sample ? lifeOf(sample) : null;
  const one = need.blast.certificates === 1 && need.sample_id && need.rows.path === '/certificates';
  const link = one ? { to: `/certificates/${need.sample_id}` } : rowsLink(need.rows);
  return (
    <li className="flex items-start gap-3 px-4 py-3 has-focus-visible:bg-fill narrow:flex-wrap" data-need={need.code}>
      <StatusGlyph className="mt-0.5" glyph={look.glyph} tone={look.tone} />
      <div className="min-w-0 flex-1 narrow:basis-[calc(100%-2rem)]">
        <p className="flex min-w-0 items-baseline gap-x-2.5">
          <Link className="max-w-full truncate rounded-chip font-medium hover:underline" {...link}>
            {words.title}
          </Link>
          <span className="min-w-0 flex-1 truncate text-xs text-ink-3">{words.context}</span>
        </p>
        <p className="mt-0.5 line-clamp-2 max-w-120 text-pretty break-words text-ink-2" title={words.why}>
          {words.why}
        </p>
        {need.hidden_because ? (
          <p className="mt-0.5 max-w-120 break-words text-xs text-ink-3">You hid it: {need.hidden_because}</p>
        ) : null}
      </div>
      <div className="flex w-24 shrink-0 flex-col items-end gap-1.5 self-center text-end narrow:ms-auto">
        {need.hidden_until ? (
          <span className="text-xs text-ink-3">
            {need.hidden_until_change ? (
              'until it changes'
            ) : (
              <>
                back <TimeUntil at={need.hidden_until} />
              </>
            )}
          </span>
        ) : need.deadline ? (
          <>
            {need.band === 'waiting' ? (
              <TimeUntil at={need.deadline} className="text-xs text-ink-3" />
            ) : (
              <Expiry
                at={need.deadline}
                className={cx('text-xs', need.band === 'urgent' ? 'text-crit' : 'text-ink-2')}
              />
            )}
            {life ? <ValidityBar className="w-full" life={life} now={now} tone={look.tone} /> : null}
          </>
        ) : null}
      </div>
      <div className="w-23 shrink-0 self-center">
        <NeedAction name={words.title} need={need} />
      </div>
      <div className="-me-2 -ms-1 self-center">
        <NeedMenu
          name={words.title}
          need={need}
          onAlerts={(filter) => void navigate(rowsLink({ path: '/alerts', query: filter }))}
          onLook={() => void navigate(link)}
        />
      </div>
    </li>
  );
}

interface Props {
  needs: Schemas['Needs'] | undefined;
  /** Whether those that the reader has hidden are shown too. */
  whole: boolean;
  onWhole: (whole: boolean) => void;
}

export function NeedsList({ needs, whole, onWhole }: Props) {
  const [all, setAll] = useState(false);
  const items = needs?.items ?? [];
  const visible = items.filter((need) => !need.hidden_until);
  const quiet = whole ? items.filter((need) => need.hidden_until) : [];
  const shown = [...quiet, ...(all ? visible : first(visible))];
  const samples = useQueries({
    queries: shown.map((need) => ({
      ...q('/certificates/{id}', { path: { id: need.sample_id ?? '' } }),
      enabled: Boolean(need.sample_id) && need.blast.certificates === 1,
      staleTime: 60_000,
    })),
  });
  const more = visible.length - (shown.length - quiet.length);
  const hidden = needs?.hidden ?? 0;
  const group = 'What needs you';
  useKeys([
    {
      keys: 'J',
      label: 'Next',
      group,
      run: () => {
        // After the last row come those that wait behind "Show more".
        if (more > 0 && here() === rowsOf().length - 1) flushSync(() => setAll(true));
        return move(1);
      },
    },
    { keys: 'K', label: 'Before', group, run: () => move(-1) },
    { keys: 'O', label: 'Open', group, run: open },
    { keys: '.', label: 'What can be done with it', group, run: () => openMenuIn(rowsOf()[here()]) },
  ]);
  return (
    <div className="contents" data-needs="">
      <Panel
        actions={
          <>
            {needs && needs.snoozed > 0 ? (
              <span className="nums text-xs text-ink-3">Alerts quiet {number(needs.snoozed)}</span>
            ) : null}
            {hidden > 0 || whole ? (
              <Button
                aria-pressed={whole}
                data-pressed={whole ? '' : undefined}
                onClick={() => onWhole(!whole)}
                size="sm"
                variant="ghost"
              >
                Hidden {number(hidden)}
              </Button>
            ) : null}
          </>
        }
        flush
        note="ranked by time to impact"
        title="Needs you now"
      >
        {needs === undefined ? <SkeletonRows className="h-19" rows={5} /> : null}
        {whole ? (
          <Group note="only from you; they come back by themselves" title="Hidden">
            {quiet.map((need) => (
              <Row key={need.id} need={need} sample={samples[shown.indexOf(need)]?.data} />
            ))}
            {quiet.length === 0 ? <li className="px-4 py-3 text-ink-3">Nothing is hidden from you.</li> : null}
          </Group>
        ) : null}
        {needs && visible.length === 0 ? (
          <p className={cx('p-4 text-ink-2', whole && 'border-t border-line')}>
            {hidden > 0
              ? 'Nothing else needs you. What comes due renews on its own.'
              : 'Nothing needs you. What comes due renews on its own.'}
          </p>
        ) : null}
        {(Object.keys(bands) as Schemas['NeedBand'][]).map((band) => {
          const members = shown.filter((need) => need.band === band && !need.hidden_until);
          if (members.length === 0) return null;
          return (
            <Group key={band} note={bands[band].note} title={bands[band].title}>
              {members.map((need) => (
                <Row key={need.id} need={need} sample={samples[shown.indexOf(need)]?.data} />
              ))}
            </Group>
          );
        })}
        {needs && visible.length + quiet.length <= FEW ? <NextUp rows={NEXT - visible.length - quiet.length} /> : null}
        {more > 0 ? (
          <div className="border-t border-line px-4 py-2">
            <Button onClick={() => setAll(true)} size="sm" variant="ghost">
              Show {number(more)} more
            </Button>
          </div>
        ) : null}
      </Panel>
    </div>
  );
}

function Group({ title, note, children }: { title: string; note: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="not-first:border-t not-first:border-line">
      <h3 className="flex flex-wrap items-baseline gap-x-2 border-b border-line bg-sunken px-4 py-1.5 text-xs font-medium">
        {title}
        <span className="font-normal text-ink-3">{note}</span>
      </h3>
      <ul className="divide-y divide-line">{children}</ul>
    </section>
  );
}

/** The most pressing, but what waits on the reader is always among them. */
function first(items: readonly Need[]): readonly Need[] {
  if (items.length <= FIRST) return items;
  const waiting = items.filter((need) => need.band === 'waiting').slice(0, 2);
  const rest = items.filter((need) => need.band !== 'waiting').slice(0, FIRST - waiting.length);
  return [...rest, ...waiting];
}
