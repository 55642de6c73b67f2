// What certctl does next by itself, below a short list of needs. Not for: all that is planned (Horizon).
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useNames } from '@/api/caller';
import { q } from '@/api/client';
import { StatusGlyph } from '@/components/status-glyph';
import { TimeUntil } from '@/components/times';

export function NextUp({ rows }: { rows: number }) {
  const nameOf = useNames();
  const next = useQuery({
    ...q('/certificates', { query: { condition: 'healthy', renews: '0s..', sort: 'renews', limit: rows } }),
    placeholderData: keepPreviousData,
  }).data;
  if (next === undefined || next.items.length === 0) return null;
  return (
    <section aria-label="Next, by itself" className="border-t border-line">
      <h3 className="flex flex-wrap items-baseline gap-x-2 border-b border-line bg-sunken px-4 py-1.5 text-xs font-medium">
        Next, by itself
        <span className="font-normal text-ink-3">renewals that need nobody</span>
      </h3>
      <ul className="divide-y divide-line">
        {next.items.map((it) => (
          <li className="flex h-10 items-center gap-3 px-4" key={it.id}>
            <StatusGlyph glyph="due" size={14} tone="neutral" />
            <Link className="min-w-0 truncate rounded-chip hover:underline" to={`/certificates/${it.id}`}>
              {it.name}
            </Link>
            <span className="min-w-0 flex-1 truncate text-xs text-ink-3">
              {[nameOf(it.issuer_id), it.environment].filter(Boolean).join(' · ')}
            </span>
            <span className="nums shrink-0 text-xs text-ink-2">
              renews <TimeUntil at={it.renew_after} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
