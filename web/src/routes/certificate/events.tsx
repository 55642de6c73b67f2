// Events of a certificate, newest first, each in one line of words.
import { Link } from '@tanstack/react-router';
import { useActorName } from '@/api/lookups';
import type { Certificate, Schemas } from '@/api/types';
import { StatusGlyph } from '@/components/status-glyph';
import { TimeAgo, Timestamp } from '@/components/times';
import { eventWords } from '@/lib/event-words';
import type { Naming } from '@/lib/lineage';
import type { Around } from './data';

export function Events({
  it,
  entries,
  around,
  naming,
  short,
}: {
  it: Certificate;
  entries: readonly Schemas['TimelineEntry'][];
  around: Around;
  naming: Naming;
  /** Without the cause and the exact time. */
  short?: boolean;
}) {
  const actorName = useActorName();
  if (entries.length === 0) return <p className="px-4 py-6 text-ink-3">Nothing has happened to {it.name} yet.</p>;
  return (
    <ul className="divide-y divide-line">
      {entries.map((entry, place) => {
        const words = eventWords(entry, {
          version: naming.byId,
          target: around.targetName,
          agent: around.agentName,
          byFingerprint: naming.byFingerprint,
        });
        return (
          <li className="flex gap-3 px-4 py-2.5" key={`${entry.at} ${entry.action} ${place.toString()}`}>
            <StatusGlyph
              className="mt-0.5"
              glyph={words.glyph === 'renewing' ? 'pending' : words.glyph}
              size={14}
              tone={words.tone}
            />
            <div className="min-w-0 flex-1">
              <p className={short ? 'truncate' : 'break-words'}>{words.title}</p>
              {words.detail && !short ? <p className="text-xs break-words text-ink-2">{words.detail}</p> : null}
              <p className="truncate text-xs text-ink-3">
                {entry.actor.kind === 'agent' ? `agent ${around.agentName(entry.actor.id)}` : actorName(entry.actor)}
                {entry.job_id && !short ? (
                  <>
                    {' · '}
                    <Link className="rounded-chip hover:underline" to={`/jobs/${entry.job_id}`}>
                      job
                    </Link>
                  </>
                ) : null}
              </p>
            </div>
            {short ? (
              <TimeAgo at={entry.at} className="text-xs text-ink-3" />
            ) : (
              <span className="text-end text-xs text-ink-3">
                <Timestamp at={entry.at} />
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
