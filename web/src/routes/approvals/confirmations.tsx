// What waits for a second person, above the requests of the list, and one of it with what follows from it and the decision.
// Invariants: nobody confirms their own; a refusal has a reason, which the one who asked reads.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, Undo2, X } from 'lucide-react';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { confirmation as can } from '@/api/can';
import { client, q, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import { useActorName } from '@/api/lookups';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { type Impact, Impacts } from '@/components/impacts';
import { StatusGlyph } from '@/components/status-glyph';
import { StatusText } from '@/components/status-text';
import { TimeAgo, Timestamp, TimeUntil } from '@/components/times';
import { type Confirmation, confirmationStates, placeOf } from '@/lib/confirmations';
import { cx } from '@/lib/cx';
import { Button, ButtonLink } from '@/ui/button';
import { CopyId } from '@/ui/copy';
import { Dialog } from '@/ui/dialog';
import { TextArea } from '@/ui/field';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';
import { SkeletonRows } from '@/ui/skeleton';
import { complain, say } from '@/ui/toast';

export const confirmationsQuery = () => q('/confirmations', { query: { state: 'waiting', limit: 100 } });

export const isConfirmation = (id: string | undefined): boolean => id?.startsWith('cf-') ?? false;

export function ConfirmationRow({ it, active }: { it: Confirmation; active: boolean }) {
  const actorName = useActorName();
  return (
    <li
      className={cx(
        'relative flex gap-3 border-b border-line px-4 py-3',
        active
          ? "bg-fill before:absolute before:inset-y-0 before:start-0 before:w-0.5 before:bg-accent-ink before:content-['']"
          : 'hover:bg-fill/60',
      )}
      data-row={it.id}
    >
      <StatusGlyph className="mt-0.5" glyph="warning" tone="warn" />
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2">
          <Link
            aria-current={active ? 'true' : undefined}
            className="truncate font-medium after:absolute after:inset-0 after:content-['']"
            to={`/approvals/${it.id}`}
          >
            {it.summary}
          </Link>
          <span className="ms-auto text-xs whitespace-nowrap text-ink-3">
            ends <TimeUntil at={it.expires_at} />
          </span>
        </p>
        <p className="truncate text-xs text-ink-2">
          Needs a second person, asked for by {it.own ? 'you' : (it.asked_by_name ?? actorName(it.asked_by))}
        </p>
      </div>
    </li>
  );
}

function useFresh() {
  const queries = useQueryClient();
  return () => {
    for (const path of ['/confirmations', '/confirmations/{id}', '/operations', '/users', '/access-rules', '/cas'])
      void queries.invalidateQueries({ queryKey: [path] });
  };
}

function Refuse({ it, onClose, onDone }: { it: Confirmation; onClose: () => void; onDone: () => void }) {
  const [reason, setReason] = useState('');
  const fresh = useFresh();
  const refuse = useMutation({
    mutationFn: () =>
      taken(
        client.POST('/confirmations/{id}/refuse', {
          params: { path: { id: it.id } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: () => {
      fresh();
      say(`Refused: ${it.summary}`);
      onClose();
      onDone();
    },
    onError: (error) => complain('It was not refused', error),
  });
  const missing = reason.trim() === '' ? 'say why first' : null;
  const act = () => {
    if (missing === null && !refuse.isPending) refuse.mutate();
  };
  return (
    <Dialog
      description="Nothing is done. Who asked reads the reason; they may ask again."
      footer={
        <>
          <Button onClick={onClose}>Keep waiting</Button>
          <Button busy={refuse.isPending} disabledReason={missing} onClick={act} variant="danger">
            Refuse
          </Button>
        </>
      }
      onConfirm={act}
      onOpenChange={(open) => !open && onClose()}
      open
      title="Refuse what was asked for?"
    >
      <p className="mb-3 text-sm text-ink-2">{it.summary}</p>
      <TextArea
        label="Reason"
        maxLength={500}
        onChange={(event) => setReason(event.target.value)}
        rows={3}
        value={reason}
      />
    </Dialog>
  );
}

export function ConfirmationDetail({ id, onDecided }: { id: string; onDecided: (id: string) => void }) {
  const caller = useCaller();
  const actorName = useActorName();
  const fresh = useFresh();
  const [refusing, setRefusing] = useState(false);
  const found = useQuery(q('/confirmations/{id}', { path: { id } }));
  const it = found.data;
  const confirm = useMutation({
    mutationFn: () =>
      taken(
        client.POST('/confirmations/{id}/confirm', { params: { path: { id } }, body: {} }),
      ) as Promise<Confirmation>,
    onSuccess: (now) => {
      fresh();
      if (now.state === 'failed')
        complain('It could not be done', new Error(now.error ?? 'the server did not say why'));
      else say(now.state === 'done' ? `Done: ${now.summary}` : `Confirmed, and being done: ${now.summary}`);
      onDecided(id);
    },
    onError: (error) => complain('It was not confirmed', error),
  });
  const cancel = useMutation({
    mutationFn: () => taken(client.POST('/confirmations/{id}/cancel', { params: { path: { id } }, body: {} })),
    onSuccess: () => {
      fresh();
      say('Taken back: nothing is done');
      onDecided(id);
    },
    onError: (error) => complain('It was not taken back', error),
  });
  if (found.isPending) return <SkeletonRows className="h-16" rows={5} />;
  if (it === undefined)
    return ApiError.of(found.error).status === 404 ? (
      <EmptyState actions={<ButtonLink to="/approvals">All that waits</ButtonLink>} title="No such request">
        There is nothing with the id {id} that waits for a second person, or it is not yours to see.
      </EmptyState>
    ) : (
      <ErrorState error={found.error} onRetry={() => void found.refetch()} what="What was asked for" />
    );
  const reason = can.decide(caller, it);
  const waiting = it.state === 'waiting';
  const place = placeOf(it);
  // The first says what happens, the others what else is to be known.
  const follows: Impact[] = it.consequences.map((text, index) =>
    index === 0 ? { glyph: 'warning', tone: 'warn', text } : { glyph: 'archived', tone: 'neutral', text },
  );
  return (
    <article className="flex flex-col gap-4 p-6 tablet:p-4">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h2 className="text-xl font-semibold">{it.summary}</h2>
          <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-2">
            <StatusText status={confirmationStates[it.state]} />
            <CopyId id={it.id} label="Copy id" />
          </p>
        </div>
        {waiting ? (
          <div className="ms-auto flex items-center gap-2" data-print="no">
            {it.own ? (
              <Button busy={cancel.isPending} icon={<Undo2 size={14} />} onClick={() => cancel.mutate()}>
                Take back
              </Button>
            ) : (
              <Button disabledReason={reason} icon={<X size={14} />} onClick={() => setRefusing(true)}>
                Refuse…
              </Button>
            )}
            <Button
              busy={confirm.isPending}
              disabledReason={reason}
              icon={<Check size={14} />}
              onClick={() => confirm.mutate()}
              variant="danger"
            >
              Confirm
            </Button>
          </div>
        ) : null}
      </header>
      {waiting && reason ? (
        <p className="flex items-center gap-2.5 rounded-control bg-fill px-3 py-2 text-ink-2">
          <StatusGlyph glyph="waiting" tone="neutral" />
          You cannot confirm it: {reason}.
        </p>
      ) : null}
      <Impacts items={follows} />
      <Panel flush title="Who and when">
        <PropertyList
          items={[
            [
              'Asked for by',
              <span key="a">
                {it.own ? 'you' : (it.asked_by_name ?? actorName(it.asked_by))}, <TimeAgo at={it.asked_at} />
              </span>,
            ],
            waiting
              ? [
                  'Ends',
                  <span key="e">
                    <TimeUntil at={it.expires_at} />, without anything done
                  </span>,
                ]
              : null,
            it.decided_by
              ? [
                  it.state === 'refused' ? 'Refused by' : 'Confirmed by',
                  <span key="d">
                    {it.decided_by_name ?? actorName(it.decided_by)}
                    {it.decided_at ? (
                      <>
                        , <Timestamp at={it.decided_at} />
                      </>
                    ) : null}
                  </span>,
                ]
              : null,
            it.reason ? ['Reason', it.reason] : null,
            it.error ? ['Not done because', it.error] : null,
            place
              ? [
                  'About',
                  <TextLink key="p" to={place.to}>
                    {place.label}
                  </TextLink>,
                ]
              : null,
          ]}
        />
      </Panel>
      {refusing ? <Refuse it={it} onClose={() => setRefusing(false)} onDone={() => onDecided(id)} /> : null}
    </article>
  );
}
