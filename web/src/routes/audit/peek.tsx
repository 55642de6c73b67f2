// One event beside the list: who, what, on what, and its facts as a table of fields.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ListFilter, X } from 'lucide-react';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { actorId, actorKinds } from '@/components/actor-names';
import { ErrorState } from '@/components/error-state';
import { StatusText } from '@/components/status-text';
import { Timestamp } from '@/components/times';
import { changesOf } from '@/lib/changes';
import { flat } from '@/lib/flat';
import { number } from '@/lib/words';
import { IconButton } from '@/ui/button';
import { CopyId } from '@/ui/copy';
import { PropertyList } from '@/ui/property-list';
import { SkeletonRows } from '@/ui/skeleton';
import { type AuditKey, pageOf } from './grammar';
import { outcomes } from './outcomes';

type AuditEvent = Schemas['AuditEvent'];

interface Props {
  id: string;
  nameOf: (actor: Schemas['Actor'], told?: string | null) => string;
  onClose: () => void;
  onFilter: (key: AuditKey, event: AuditEvent) => void;
}

export function AuditPeek({ id, nameOf, onClose, onFilter }: Props) {
  const event = useQuery(q('/audit/{id}', { path: { id } }));
  const it = event.data;
  const page = it ? pageOf(it) : undefined;
  const only = (key: AuditKey, what: string) =>
    it ? (
      <IconButton
        icon={<ListFilter size={14} />}
        label={`Only ${what}`}
        onClick={() => onFilter(key, it)}
        size="icon-sm"
      />
    ) : null;
  return (
    <aside
      aria-label="Event"
      className="flex w-120 shrink-0 flex-col overflow-y-auto border-s border-line bg-surface tablet:w-90"
    >
      <header className="flex min-h-11 items-center gap-2 border-b border-line px-4 py-2">
        <h2 className="min-w-0 flex-1 font-semibold">{it?.summary ?? 'Event'}</h2>
        <IconButton icon={<X size={16} />} keys="Escape" label="Close" onClick={onClose} />
      </header>
      {event.isError && !it ? (
        <ErrorState error={event.error} onRetry={() => void event.refetch()} what="This event" />
      ) : it === undefined ? (
        <SkeletonRows rows={6} />
      ) : (
        <>
          <PropertyList
            items={[
              ['Time', <Timestamp at={it.at} key="at" />],
              ['Result', <StatusText key="outcome" status={outcomes[it.outcome]} />],
              [
                'Who',
                <span className="flex items-center gap-1" key="who">
                  {nameOf(it.actor, it.actor_name)} <span className="text-ink-3">({actorKinds[it.actor.kind]})</span>
                  {actorId(it.actor) === null ? null : only('actor', 'what this one did')}
                </span>,
              ],
              [
                'Action',
                <span className="flex items-center gap-1" key="action">
                  <code>{it.action}</code>
                  {only('action', 'this action')}
                </span>,
              ],
              [
                'On',
                <span className="flex flex-wrap items-center gap-1" key="on">
                  <span className="text-ink-3">{it.object_kind.replaceAll('_', ' ')}</span>
                  {page ? (
                    <Link className="rounded-chip text-accent-ink hover:underline" to={page}>
                      <code className="break-all">{it.object_id}</code>
                    </Link>
                  ) : (
                    <code className="break-all">{it.object_id}</code>
                  )}
                  {only('object', 'what was done to this object')}
                </span>,
              ],
              [
                'From',
                it.source_address ? (
                  <span className="flex items-center gap-1" key="from">
                    <code>{it.source_address}</code>
                    {only('from', 'what came from this address')}
                  </span>
                ) : (
                  <span className="text-ink-3" key="from">
                    not told: certctl’s own work, or an old event
                  </span>
                ),
              ],
              it.request_id ? ['Request', <CopyId id={it.request_id} key="request" label="Copy request id" />] : null,
              ['Place', `number ${number(it.seq)} of the trail`],
              ['Id', <CopyId id={it.id} key="id" label="Copy the event's id" />],
            ]}
          />
          <Changes it={it} />
          <Facts it={it} />
        </>
      )}
    </aside>
  );
}

/** What was changed, before and after. */
function Changes({ it }: { it: AuditEvent }) {
  const changes = changesOf(it.details);
  if (changes.length === 0) return null;
  return (
    <div className="border-t border-line">
      <h3 className="px-4 pt-4 pb-2 font-semibold">Changes</h3>
      <table className="w-full table-fixed text-start">
        <thead>
          <tr className="text-xs text-ink-3">
            {['Field', 'Before', 'After'].map((label) => (
              <th className="px-4 pb-1.5 font-normal" key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr className="border-t border-line align-top" key={change.field}>
              <th className="px-4 py-1.5 text-xs font-normal break-words text-ink-3" scope="row">
                {change.field.replaceAll('_', ' ')}
              </th>
              <td className="px-4 py-1.5 text-xs break-words text-ink-3">
                <code>{change.before}</code>
              </td>
              <td className="px-4 py-1.5 text-xs break-words">
                <code>{change.after}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Facts({ it }: { it: AuditEvent }) {
  const { before, ...rest } = (it.details ?? {}) as Record<string, unknown>;
  const facts = flat(typeof before === 'object' ? rest : it.details);
  if (facts.length === 0) return null;
  return (
    <div className="border-t border-line">
      <h3 className="px-4 pt-4 pb-2 font-semibold">Facts</h3>
      <table className="w-full table-fixed text-start">
        <tbody>
          {facts.map(([name, value]) => (
            <tr className="border-t border-line align-top" key={name}>
              <th className="w-44 px-4 py-1.5 text-xs font-normal break-words text-ink-3" scope="row">
                {name}
              </th>
              <td className="py-1.5 pe-4 text-xs break-words">
                <code>{value}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
