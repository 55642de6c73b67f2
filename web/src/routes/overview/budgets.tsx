// What the issuers still take: of those with a limit the one that is nearest to it. Not for: all of them (the issuer's page).
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck, Clock, TriangleAlert } from 'lucide-react';
import { issuersQuery, useMay } from '@/api/caller';
import type { Schemas } from '@/api/types';
import { budgetWords, nearest } from '@/lib/budget-words';

const icons = {
  free: <CircleCheck aria-hidden="true" className="mt-px shrink-0 text-ink-3" size={14} />,
  near: <Clock aria-hidden="true" className="mt-px shrink-0 text-warn" size={14} />,
  spent: <TriangleAlert aria-hidden="true" className="mt-px shrink-0 text-warn" size={14} />,
};

export function Budgets() {
  const may = useMay('issuers.read');
  const issuers: readonly Schemas['Issuer'][] =
    useQuery({ ...issuersQuery(), staleTime: 60_000, enabled: may }).data?.items ?? [];
  const issuer = nearest(issuers);
  const { budget } = issuer?.health ?? {};
  if (!issuer || !budget) return null;
  const words = budgetWords(budget);
  return (
    <p className="mt-2 flex gap-2 text-xs text-ink-2">
      {icons[words.state]}
      <span>
        <Link className="rounded-chip font-medium hover:underline" to={`/issuers/${issuer.id}`}>
          {issuer.name}
        </Link>
        : {words.text}
      </span>
    </p>
  );
}
