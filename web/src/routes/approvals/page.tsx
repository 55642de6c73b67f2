// What waits for a person's yes, the nearest deadline first: the list at the left, the request as it would be issued at the right.
// Deciding one leads to the next. Invariants: nobody approves their own; many at once only when profile and requester are the same.
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ListChecks, ScrollText, SquareCheck, Stamp } from 'lucide-react';
import { useState } from 'react';
import { useNames } from '@/api/caller';
import { q } from '@/api/client';
import { useActorName } from '@/api/lookups';
import type { Schemas } from '@/api/types';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { openMenuIn, type RowAction, RowMenu } from '@/components/row-menu';
import { StatusGlyph } from '@/components/status-glyph';
import { TimeAgo, TimeUntil } from '@/components/times';
import { alike } from '@/lib/approvals';
import { useNow } from '@/lib/clock';
import { cx } from '@/lib/cx';
import { useKeys } from '@/lib/keyboard';
import { instant } from '@/lib/time';
import { number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { ButtonLink } from '@/ui/button';
import { Checkbox } from '@/ui/checkbox';
import { Chip } from '@/ui/chip';
import { Keys } from '@/ui/kbd';
import { SkeletonRows } from '@/ui/skeleton';
import { BulkApprove } from './bulk';
import { ConfirmationDetail, ConfirmationRow, confirmationsQuery, isConfirmation } from './confirmations';
import { Request } from './request';

type Waiting = Schemas['WaitingApproval'];

const LIMIT = 200;
export const approvalsQuery = () => q('/approvals', { query: { limit: LIMIT, total: true } });

const SOON = 24 * 3_600_000;

function Row({
  it,
  active,
  checked,
  onCheck,
  actions,
}: {
  it: Waiting;
  actions: readonly RowAction[];
  active: boolean;
  checked: boolean;
  onCheck: (checked: boolean) => void;
}) {
  const nameOf = useNames();
  const actorName = useActorName();
  const now = useNow(60_000);
  const deadline = instant(it.deadline);
  const late = deadline !== null && deadline - now < SOON;
  const by = it.requested_by.kind === 'system' ? 'its policy' : actorName(it.requested_by);
  return (
    <li
      className={cx(
        'relative flex gap-3 border-b border-line px-4 py-3',
        active
          ? "bg-fill before:absolute before:inset-y-0 before:start-0 before:w-0.5 before:bg-accent-ink before:content-['']"
          : 'hover:bg-fill/60',
      )}
      data-row={it.job_id}
    >
      <Checkbox
        checked={checked}
        className="relative z-10 mt-0.5"
        disabled={it.own}
        label={`Select ${it.certificate_name}`}
        onChange={(event) => onCheck(event.target.checked)}
      />
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2">
          <Link
            aria-current={active ? 'true' : undefined}
            className="truncate font-medium after:absolute after:inset-0 after:content-['']"
            to={`/approvals/${it.job_id}`}
          >
            {it.certificate_name}
          </Link>
          <span className={cx('ms-auto text-xs whitespace-nowrap', late ? 'text-warn' : 'text-ink-3')}>
            {it.deadline ? (
              deadline !== null && deadline < now ? (
                'past its time'
              ) : (
                <>
                  ends <TimeUntil at={it.deadline} />
                </>
              )
            ) : (
              'no deadline'
            )}
          </span>
        </p>
        <p className="truncate text-xs text-ink-2">
          {it.kind === 'Renewal' ? 'Renewal' : 'First issuance'} under {nameOf(it.profile_id)}, asked for by {by}
        </p>
        <p className="mt-0.5 flex items-center gap-2 text-xs text-ink-3">
          {it.environment ? <Chip>{it.environment}</Chip> : null}
          <span className="truncate">{it.because.replaceAll(it.profile_id, nameOf(it.profile_id))}</span>
          <TimeAgo at={it.waiting_since} className="ms-auto" />
        </p>
      </div>
      <RowMenu actions={actions} className="relative z-10 -me-2 self-center" name={it.certificate_name} tab={false} />
    </li>
  );
}

export function ApprovalsPage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  const list = useQuery(approvalsQuery());
  const navigate = useNavigate();
  const [selected, setSelected] = useState<readonly string[]>([]);
  const confirmations = useQuery(confirmationsQuery());
  const asked = confirmations.data?.items ?? [];
  const items = list.data?.items ?? [];
  const total = list.data?.total ?? items.length;
  const shown = id ?? asked[0]?.id ?? items[0]?.job_id;
  const ids = [...asked.map((it) => it.id), ...items.map((it) => it.job_id)];
  const place = Math.max(0, ids.indexOf(shown ?? ''));
  const go = (to: number) => {
    const next = ids[Math.min(ids.length - 1, Math.max(0, to))];
    if (next === undefined) return;
    void navigate({ to: `/approvals/${next}`, replace: true });
    document.querySelector(`[data-row="${next}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  /** After one was decided: the next of the list. */
  const onDecided = (jobId: string) => {
    const index = items.findIndex((it) => it.job_id === jobId);
    const next = items[index + 1] ?? items[index - 1];
    setSelected((before) => before.filter((other) => other !== jobId));
    void navigate({ to: next ? `/approvals/${next.job_id}` : '/approvals', replace: true });
  };
  const onConfirmationDecided = (decided: string) => {
    const next = asked.find((it) => it.id !== decided)?.id ?? items[0]?.job_id;
    void navigate({ to: next ? `/approvals/${next}` : `/approvals/${decided}`, replace: true });
  };
  const toggle = (it: Waiting) =>
    setSelected((before) =>
      before.includes(it.job_id) ? before.filter((other) => other !== it.job_id) : [...before, it.job_id],
    );
  const actionsOf = (it: Waiting): readonly RowAction[] => [
    {
      label: selected.includes(it.job_id) ? 'Do not select' : 'Select',
      icon: <SquareCheck size={14} />,
      keys: 'X',
      printed: true,
      disabledReason: it.own ? 'it is your own request' : null,
      run: () => toggle(it),
    },
    {
      label: 'Open the certificate',
      icon: <ScrollText size={14} />,
      begins: true,
      run: () => void navigate({ to: `/certificates/${it.certificate_id}` }),
    },
    {
      label: 'Open the job',
      icon: <ListChecks size={14} />,
      run: () => void navigate({ to: `/jobs/${it.job_id}` }),
    },
  ];
  const group = 'This list';
  useKeys([
    {
      keys: '.',
      label: 'What can be done with the row',
      group,
      run: () => openMenuIn(document.querySelector(`[data-row="${shown}"]`)),
    },
    { keys: 'J', label: 'Next request', group, run: () => go(place + 1) },
    { keys: 'K', label: 'Request before', group, run: () => go(place - 1) },
    { keys: 'ArrowDown', label: 'Next request', group, run: () => go(place + 1) },
    { keys: 'ArrowUp', label: 'Request before', group, run: () => go(place - 1) },
    {
      keys: 'X',
      label: 'Select',
      group,
      run: () => {
        const it = items.find((each) => each.job_id === shown);
        if (it && !it.own) toggle(it);
      },
    },
    {
      keys: 'Escape',
      label: 'Clear the selection',
      group,
      run: () => {
        if (selected.length === 0) return false;
        setSelected([]);
        return true;
      },
    },
  ]);
  const chosen = items.filter((it) => selected.includes(it.job_id));
  const waiting = total + asked.length;
  const empty = list.data !== undefined && !confirmations.isError && waiting === 0;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        count={list.data === undefined ? undefined : waiting === 0 ? 'none waits' : `${number(waiting)} waiting`}
        title="Approvals"
      />
      <div className="flex min-h-0 flex-1 narrow:flex-col narrow:overflow-y-auto">
        {empty && id === undefined ? (
          <EmptyState
            actions={<ButtonLink to="/jobs">See jobs</ButtonLink>}
            icon={<Stamp size={24} strokeWidth={1.5} />}
            title="Nothing waits for you"
          >
            A request stands here when its profile asks for somebody's yes before it is signed, and so does what needs a
            second person. Renewals that need none go on by themselves.
          </EmptyState>
        ) : null}
        {empty && id === undefined ? null : (
          <section
            aria-label="Waiting requests"
            className="flex w-104 shrink-0 flex-col border-e border-line bg-surface tablet:w-72 narrow:max-h-80 narrow:w-full narrow:border-b"
          >
            <div className="min-h-0 flex-1 overflow-y-auto">
              {list.isPending ? <SkeletonRows className="h-20" rows={6} /> : null}
              {list.isError && items.length === 0 ? (
                <ErrorState
                  error={list.error}
                  onRetry={() => void list.refetch()}
                  stillWorks="What waits goes on waiting; nothing is issued without its approval."
                  what="The list of requests"
                />
              ) : null}
              {confirmations.isError ? (
                <ErrorState
                  error={confirmations.error}
                  onRetry={() => void confirmations.refetch()}
                  stillWorks="What waits for a second person goes on waiting; nothing of it is done."
                  what="The list of what waits for a second person"
                />
              ) : null}
              <ul>
                {asked.map((it) => (
                  <ConfirmationRow active={it.id === shown} it={it} key={it.id} />
                ))}
                {items.map((it) => (
                  <Row
                    active={it.job_id === shown}
                    actions={actionsOf(it)}
                    checked={selected.includes(it.job_id)}
                    it={it}
                    key={it.job_id}
                    onCheck={(checked) =>
                      setSelected(checked ? [...selected, it.job_id] : selected.filter((other) => other !== it.job_id))
                    }
                  />
                ))}
              </ul>
              {total > items.length ? (
                <p className="flex items-center gap-2 px-4 py-3 text-xs text-ink-3">
                  <StatusGlyph glyph="due" size={14} tone="neutral" />
                  The {number(items.length)} with the nearest deadlines of {number(total)}.
                </p>
              ) : null}
            </div>
            {chosen.length > 0 ? (
              <BulkApprove items={chosen} onDone={() => setSelected([])} reason={alike(chosen)} />
            ) : (
              <footer
                className="flex h-8 shrink-0 items-center gap-4 border-t border-line px-4 text-xs text-ink-3 tablet:hidden"
                data-print="no"
              >
                <span className="flex items-center gap-1.5">
                  <Keys keys="J K" /> move
                </span>
                <span className="flex items-center gap-1.5">
                  <Keys keys="A" /> approve
                </span>
                <span className="flex items-center gap-1.5">
                  <Keys keys="E" /> reject
                </span>
              </footer>
            )}
          </section>
        )}
        {shown === undefined ? null : (
          <div className="min-w-0 flex-1 overflow-y-auto">
            {isConfirmation(shown) ? (
              <ConfirmationDetail id={shown} key={shown} onDecided={onConfirmationDecided} />
            ) : (
              <Request id={shown} key={shown} onDecided={onDecided} waiting={items.find((it) => it.job_id === shown)} />
            )}
          </div>
        )}
      </div>
    </div>
  );
}
