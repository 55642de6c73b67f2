// One request: what would be issued, how it differs from now and from its profile, where it goes, and the decision.
// Invariant: a rejection has a reason, which the one who asked reads.
import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, X } from 'lucide-react';
import { useState } from 'react';
import { useCaller, useNames } from '@/api/caller';
import { job as can } from '@/api/can';
import { client, q, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import { useActorName, useAgents, useTargets } from '@/api/lookups';
import type { Schemas } from '@/api/types';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { Impacts } from '@/components/impacts';
import { StatusGlyph } from '@/components/status-glyph';
import { StatusText } from '@/components/status-text';
import { Expiry, TimeAgo, Timestamp, TimeUntil } from '@/components/times';
import { rejections, requestFacts } from '@/lib/approvals';
import { jobNouns, reasonWords } from '@/lib/job-words';
import { keyName, strategies } from '@/lib/key-names';
import { useKeys } from '@/lib/keyboard';
import { jobStates } from '@/lib/tokens';
import { and, count, plural } from '@/lib/words';
import { Button, ButtonLink } from '@/ui/button';
import { Chip } from '@/ui/chip';
import { CopyId } from '@/ui/copy';
import { Dialog } from '@/ui/dialog';
import { TextArea } from '@/ui/field';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';
import { Cell, RowsTable } from '@/ui/rows-table';
import { SkeletonRows } from '@/ui/skeleton';
import { complain, say } from '@/ui/toast';

type Waiting = Schemas['WaitingApproval'];

export function useFreshApprovals() {
  const queries = useQueryClient();
  return () => {
    for (const path of [
      '/approvals',
      '/jobs',
      '/jobs/{id}',
      '/certificates/{id}',
      '/certificates/{id}/timeline',
      '/needs',
    ])
      void queries.invalidateQueries({ queryKey: [path] });
  };
}

function Reject({ id, name, onClose, onDone }: { id: string; name: string; onClose: () => void; onDone: () => void }) {
  const [reason, setReason] = useState('');
  const fresh = useFreshApprovals();
  const reject = useMutation({
    mutationFn: () =>
      taken(client.POST('/jobs/{id}/reject', { params: { path: { id } }, body: { reason: reason.trim() } })),
    onSuccess: () => {
      fresh();
      say(`The request for ${name} was rejected`);
      onClose();
      onDone();
    },
    onError: (error) => complain('It was not rejected', error),
  });
  const missing = reason.trim() === '' ? 'say why first' : null;
  const act = () => {
    if (missing === null && !reject.isPending) reject.mutate();
  };
  return (
    <Dialog
      description="The job ends, and nothing is issued for it. Who asked reads the reason; they may ask again."
      footer={
        <>
          <Button onClick={onClose}>Keep waiting</Button>
          <Button busy={reject.isPending} disabledReason={missing} onClick={act} variant="danger">
            Reject request
          </Button>
        </>
      }
      onConfirm={act}
      onOpenChange={(open) => !open && onClose()}
      open
      title={`Reject the request for ${name}?`}
    >
      <div className="mb-3 flex flex-wrap gap-1.5">
        {rejections.map((text) => (
          <Button key={text} onClick={() => setReason(text)} size="sm">
            {text}
          </Button>
        ))}
      </div>
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

export function Request({
  id,
  waiting,
  onDecided,
}: {
  id: string;
  /** The request, when the list has it. */
  waiting: Waiting | undefined;
  onDecided: (jobId: string) => void;
}) {
  const caller = useCaller();
  const nameOf = useNames();
  const actorName = useActorName();
  const fresh = useFreshApprovals();
  const [rejecting, setRejecting] = useState(false);
  const detail = useQuery(q('/jobs/{id}', { path: { id } }));
  const job = detail.data?.job;
  const certificateId = waiting?.certificate_id ?? job?.certificate_id ?? '';
  const certificate = useQuery({
    ...q('/certificates/{id}', { path: { id: certificateId } }),
    enabled: certificateId !== '',
  }).data;
  const profileId = waiting?.profile_id ?? certificate?.profile_id ?? '';
  const profile = useQuery({ ...q('/profiles/{id}', { path: { id: profileId } }), enabled: profileId !== '' }).data;
  const versions = useQuery({
    ...q('/certificates/{id}/versions', { path: { id: certificateId }, query: { limit: 50 } }),
    enabled: certificateId !== '',
  }).data?.items;
  const holder = waiting?.agent_id ?? job?.agent_id ?? null;
  const current = versions?.find((it) => it.current && (it.agent_id ?? null) === holder);
  const targets = useTargets(certificate?.target_ids ?? []);
  const agents = useAgents([waiting?.agent_id ?? job?.agent_id]);
  const approve = useMutation({
    mutationFn: () => taken(client.POST('/jobs/{id}/approve', { params: { path: { id } }, body: {} })),
    onSuccess: () => {
      fresh();
      say(`The request for ${certificate?.name ?? 'it'} was approved`);
      onDecided(id);
    },
    onError: (error) => complain('It was not approved', error),
  });
  const reason = job ? can.decide(caller, job) : 'it is being loaded';
  useKeys([
    {
      keys: 'A',
      label: 'Approve',
      group: 'This request',
      run: () => {
        if (reason === null && !approve.isPending) approve.mutate();
        else if (reason) complain('It was not approved', new Error(reason));
      },
    },
    {
      keys: 'E',
      label: 'Reject…',
      group: 'This request',
      run: () => {
        if (reason === null) setRejecting(true);
        else complain('It was not rejected', new Error(reason));
      },
    },
  ]);
  if (detail.isPending) return <SkeletonRows className="h-16" rows={6} />;
  if (detail.isError && !job)
    return ApiError.of(detail.error).status === 404 ? (
      <EmptyState actions={<ButtonLink to="/approvals">All that waits</ButtonLink>} title="No such request">
        There is no request with the id {id}, or it is outside what you may see.
      </EmptyState>
    ) : (
      <ErrorState error={detail.error} onRetry={() => void detail.refetch()} what="This request" />
    );
  if (!job) return null;
  const names = waiting?.names ?? certificate?.names ?? [];
  const name = waiting?.certificate_name ?? certificate?.name ?? certificateId;
  const open = job.state === 'AwaitingApproval';
  const rows = requestFacts({
    lifetime: waiting?.lifetime_seconds ?? certificate?.lifetime_seconds ?? null,
    algorithm: waiting?.key_algorithm ?? certificate?.key_algorithm ?? '',
    strategy: certificate?.key_strategy ?? null,
    names,
    environment: waiting?.environment ?? certificate?.environment ?? null,
    profile,
    current,
  });
  const differs = rows.filter((row) => row.before !== undefined);
  return (
    <article className="flex flex-col gap-4 p-6 tablet:p-4">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h2 className="text-xl font-semibold break-all">{name}</h2>
          <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-2">
            <StatusText status={jobStates[job.state]} />
            <span className="text-ink-3">·</span>
            {job.kind === 'Renewal' ? 'renewal' : 'first issuance'} by{' '}
            {nameOf(waiting?.issuer_id ?? certificate?.issuer_id)}
            {certificate?.environment ? <Chip>{certificate.environment}</Chip> : null}
            <CopyId id={job.id} label="Copy id" />
          </p>
        </div>
        {open ? (
          <div className="ms-auto flex items-center gap-2" data-print="no">
            <Button disabledReason={reason} icon={<X size={14} />} onClick={() => setRejecting(true)}>
              Reject…
            </Button>
            <Button
              busy={approve.isPending}
              disabledReason={reason}
              icon={<Check size={14} />}
              onClick={() => approve.mutate()}
              variant="primary"
            >
              Approve
            </Button>
          </div>
        ) : null}
      </header>
      {open && reason ? (
        <p className="flex items-center gap-2.5 rounded-control bg-fill px-3 py-2 text-ink-2">
          <StatusGlyph glyph="waiting" tone="neutral" />
          You cannot decide it: {reason}.
        </p>
      ) : null}
      {open ? (
        <Impacts
          items={[
            {
              glyph: 'waiting',
              tone: 'neutral',
              text: (
                <>
                  Why a yes is needed:{' '}
                  {(waiting?.because ?? job.approval_because ?? '').replaceAll(profileId, profile?.name ?? profileId)}
                </>
              ),
            },
            {
              glyph: 'due',
              tone: 'neutral',
              text: (
                <>
                  Asked for by {job.requested_by.kind === 'system' ? 'its policy' : actorName(job.requested_by)},{' '}
                  <TimeAgo at={job.created_at} />: {reasonWords(job.reason)}
                </>
              ),
            },
            ...(job.deadline
              ? [
                  {
                    glyph: 'warning' as const,
                    tone: 'warn' as const,
                    text: (
                      <>
                        Without a decision it ends <TimeUntil at={job.deadline} />
                        {waiting?.current_not_after ? (
                          <>
                            ; what is served now has <Expiry at={waiting.current_not_after} />
                          </>
                        ) : null}
                      </>
                    ),
                  },
                ]
              : []),
          ]}
        />
      ) : null}
      <Panel flush note={profile ? `beside what ${profile.name} allows` : undefined} title="As it would be issued">
        <RowsTable
          head={[
            'Field',
            'Requested',
            { label: 'The profile', className: 'w-2/5' },
            { label: 'Fits', className: 'w-36' },
          ]}
          label="Request and profile"
        >
          {rows.map((row) => (
            <tr key={row.field}>
              <Cell className="w-32 text-ink-3">{row.field}</Cell>
              <Cell className="break-words">
                {row.value}
                {row.before === undefined ? null : <span className="block text-xs text-warn">was {row.before}</span>}
              </Cell>
              <Cell className="text-ink-2">{row.allowed}</Cell>
              <Cell>
                <StatusText
                  status={
                    row.fits === null
                      ? { label: row.because ?? 'not limited', glyph: 'archived', tone: 'neutral' }
                      : row.fits
                        ? { label: 'fits', glyph: 'healthy', tone: 'ok' }
                        : { label: 'outside', glyph: 'warning', tone: 'warn' }
                  }
                />
              </Cell>
            </tr>
          ))}
        </RowsTable>
      </Panel>
      {current ? (
        <p className="-mt-2 px-1 text-xs text-ink-3">
          {differs.length === 0
            ? `Nothing differs from version ${current.number}, which it replaces: the same names, kind of key and lifetime.`
            : `Beside version ${current.number}, which it replaces: the names are the same, ${and(differs.map((row) => row.field.toLowerCase()))} ${differs.length === 1 ? 'differs' : 'differ'}.`}
        </p>
      ) : null}
      <Names names={names} />
      <div className="grid grid-cols-2 items-start gap-4 tablet:grid-cols-1">
        <Panel flush title="Where it goes">
          <PropertyList
            items={[
              [
                'Certificate',
                <TextLink key="c" to={`/certificates/${certificateId}`}>
                  {name}
                </TextLink>,
              ],
              [
                'Key',
                `${keyName(waiting?.key_algorithm ?? certificate?.key_algorithm ?? '')}, ${
                  job.agent_id
                    ? `on ${agents.get(job.agent_id)?.name ?? job.agent_id}`
                    : certificate
                      ? strategies[certificate.key_strategy]
                      : ''
                }`,
              ],
              [
                'Targets',
                certificate === undefined
                  ? ''
                  : certificate.target_ids.length === 0
                    ? 'none'
                    : certificate.target_ids.length > 6
                      ? count(certificate.target_ids.length, 'target')
                      : certificate.target_ids.map((target) => targets.get(target)?.name ?? target).join(', '),
              ],
              ['Owner', certificate?.owner_id ? nameOf(certificate.owner_id) : 'unowned'],
              ['Team', certificate?.team_id ? nameOf(certificate.team_id) : 'none'],
              certificate?.not_after ? ['Now valid', <Expiry at={certificate.not_after} key="n" />] : null,
            ]}
          />
        </Panel>
        <Panel flush title="Decisions">
          {detail.data?.approvals && detail.data.approvals.length > 0 ? (
            <ul className="divide-y divide-line">
              {detail.data.approvals.map((each) => (
                <li className="px-4 py-2.5" key={each.id}>
                  <p className="flex justify-between gap-2">
                    <span>
                      {actorName(each.decided_by)} {each.decision}
                    </span>
                    <span className="text-xs text-ink-3">
                      <Timestamp at={each.at} />
                    </span>
                  </p>
                  {each.reason ? <p className="text-xs break-words text-ink-2">{each.reason}</p> : null}
                </li>
              ))}
            </ul>
          ) : (
            <p className="px-4 py-3 text-ink-3">
              {open
                ? 'None yet. One yes lets it go on: from an operator or an admin whose scope holds it, but not from who asked.'
                : 'None was needed.'}
            </p>
          )}
          <p className="border-t border-line px-4 py-2.5 text-xs">
            <Link className="rounded-chip text-accent-ink hover:underline" to={`/jobs/${job.id}`}>
              {jobNouns[job.kind]}: job with its log
            </Link>
          </p>
        </Panel>
      </div>
      {rejecting ? (
        <Reject id={id} name={name} onClose={() => setRejecting(false)} onDone={() => onDecided(id)} />
      ) : null}
    </article>
  );
}

const MOST_NAMES = 12;

/** Each name, and in how many certificates it is: what is there already is the evidence that it is ours. */
function Names({ names }: { names: readonly string[] }) {
  const shown = names.slice(0, MOST_NAMES);
  const found = useQueries({
    queries: shown.map((name) => q('/certificates', { query: { q: name, limit: 1, total: true } as never })),
  });
  return (
    <Panel
      flush
      note={names.length > MOST_NAMES ? `the first ${MOST_NAMES} of ${names.length}` : 'and where they are already'}
      title="Names"
    >
      <ul className="divide-y divide-line">
        {shown.map((name, place) => {
          const total = found[place]?.data?.total;
          return (
            <li className="flex min-h-9 items-center gap-3 px-4 py-1" key={name}>
              <span className="min-w-0 flex-1 break-all">{name}</span>
              {name.startsWith('*.') ? <Chip>wildcard</Chip> : null}
              {total === undefined || total === null ? null : (
                <TextLink className="nums shrink-0 text-xs" search={{ q: name } as never} to="/certificates">
                  {plural(total, { one: 'in # certificate', other: 'in # certificates' })}
                </TextLink>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
