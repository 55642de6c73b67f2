// A look at one certificate beside the list: what it is, how it is doing, what went wrong last. Not for: doing more than
// one step; the page of the certificate has everything. Invariant: the list stays usable, J and K move the peek along.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { RefreshCw, X } from 'lucide-react';
import { useCaller, useNames } from '@/api/caller';
import { certificate as can } from '@/api/can';
import { q } from '@/api/client';
import { useAgents } from '@/api/lookups';
import { useRenew } from '@/components/certificate/use-renew';
import { ErrorState } from '@/components/error-state';
import { StatusText } from '@/components/status-text';
import { Expiry, TimeAgo, Timestamp } from '@/components/times';
import { ValidityBarLarge } from '@/components/validity-bar';
import { plainCause } from '@/lib/cause-words';
import { useNow } from '@/lib/clock';
import { lifeOf, lifeTone, renewalWords } from '@/lib/life';
import { day } from '@/lib/time';
import { conditions, jobStates, jobVerbs } from '@/lib/tokens';
import { Button, ButtonLink, IconButton } from '@/ui/button';
import { Chip } from '@/ui/chip';
import { CopyId } from '@/ui/copy';
import { PropertyList } from '@/ui/property-list';
import { SkeletonRows } from '@/ui/skeleton';
import { keyName } from './columns';

export function Peek({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  return id === undefined ? null : <Panel id={id} onClose={onClose} />;
}

function Panel({ id, onClose }: { id: string; onClose: () => void }) {
  const certificate = useQuery({ ...q('/certificates/{id}', { path: { id } }) });
  const jobs = useQuery(q('/jobs', { query: { certificate_id: id, limit: 4 } }));
  const caller = useCaller();
  const nameOf = useNames();
  const now = useNow(30_000);
  const renew = useRenew();
  const it = certificate.data;
  const holder = it?.holders.length === 1 ? it.holders[0]?.agent_id : null;
  const agents = useAgents([holder]);
  const heldBy = holder ? (agents.get(holder)?.name ?? holder) : 'somebody outside';
  const life = it ? lifeOf(it) : null;
  return (
    <aside
      aria-label={it ? `Peek at ${it.name}` : 'Peek'}
      className="enter flex w-120 shrink-0 flex-col overflow-y-auto border-s border-line bg-surface tablet:absolute tablet:inset-y-0 tablet:end-0 tablet:z-30 tablet:max-w-full"
    >
      <header className="flex items-start gap-2 border-b border-line px-4 py-3">
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-lg font-semibold">{it?.name ?? '\u00a0'}</h2>
          {it ? (
            <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-2">
              <StatusText
                status={conditions[it.condition]}
                times={it.condition === 'failing' ? it.failed_attempts : 0}
              />
              <span className="text-ink-3">·</span>
              {nameOf(it.issuer_id)}
              {it.environment ? <Chip>{it.environment}</Chip> : null}
            </p>
          ) : null}
        </div>
        <IconButton icon={<X size={16} />} keys="Escape" label="Close" onClick={onClose} />
      </header>
      {certificate.isPending ? <SkeletonRows rows={6} /> : null}
      {certificate.isError && !it ? (
        <ErrorState error={certificate.error} onRetry={() => void certificate.refetch()} what="This certificate" />
      ) : null}
      {it ? (
        <>
          {life ? (
            <div className="border-b border-line px-5 pt-4 pb-3">
              <ValidityBarLarge life={life} now={now} tone={lifeTone(it)} />
              <p className="mt-2 flex justify-between text-2xs text-ink-3">
                <span>issued {day(life.start)}</span>
                {life.renew ? <span>renews from {day(life.renew)}</span> : null}
                <span>expires {day(life.end)}</span>
              </p>
            </div>
          ) : null}
          {it.last_error ? (
            <p className="border-b border-line bg-crit-soft px-4 py-3 break-words text-ink-2">
              {plainCause(it.last_error)}
            </p>
          ) : null}
          <PropertyList
            items={[
              ['Expires', <Expiry at={it.not_after} key="e" />],
              ['Renews', <span key="r">{renewalWords(it, now)}</span>],
              ['Serving live', it.live.targets === 0 ? 'no targets' : `${it.live.live} of ${it.live.targets}`],
              ['Names', it.names.join(', ')],
              ['Owner', it.owner_id ? nameOf(it.owner_id) : 'unowned'],
              [
                'Key',
                `${keyName(it.key_algorithm)}, held by ${it.holders.length === 1 ? heldBy : `${it.holders.length} agents`}`,
              ],
              ['Profile', nameOf(it.profile_id)],
              ['Policy', nameOf(it.renewal_policy_id)],
              // A failure stands above already.
              it.why === it.last_error ? null : ['Why', it.why ? plainCause(it.why) : 'nothing is planned'],
              ['Created', <Timestamp at={it.created_at} key="c" />],
              ['Id', <CopyId id={it.id} key="i" />],
            ]}
          />
          <section className="border-t border-line px-4 py-3">
            <h3 className="mb-1 text-xs text-ink-3">Last jobs</h3>
            <ul>
              {jobs.data?.items.map((job) => (
                <li className="flex h-8 items-center gap-2" key={job.id}>
                  <StatusText status={jobStates[job.state]} />
                  <Link className="truncate rounded-chip text-ink-2 hover:underline" to={`/jobs/${job.id}`}>
                    {jobVerbs[job.kind]}
                    {job.target_id
                      ? ` ${job.kind === 'Validation' ? 'on' : 'to'} ${job.target_name ?? job.target_id}`
                      : ''}
                  </Link>
                  <TimeAgo at={job.updated_at} className="ms-auto text-xs text-ink-3" />
                </li>
              ))}
              {jobs.data?.items.length === 0 ? <li className="text-ink-3">None yet.</li> : null}
            </ul>
          </section>
          <footer className="sticky bottom-0 mt-auto flex gap-2 border-t border-line bg-surface px-4 py-3">
            <ButtonLink to={`/certificates/${it.id}`} variant="primary">
              Open
            </ButtonLink>
            <Button
              busy={renew.isPending}
              disabledReason={can.renew(caller, it)}
              icon={<RefreshCw size={14} />}
              onClick={() => renew.mutate(it)}
            >
              Renew now
            </Button>
          </footer>
        </>
      ) : null}
    </aside>
  );
}
