// The list has no rows: nothing yet, or nothing that matches, each with the way on.
import { useQuery } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { q } from '@/api/client';
import { EmptyState } from '@/components/empty-state';
import { certificateGrammar } from '@/lib/certificate-grammar';
import { count } from '@/lib/words';
import { Button, ButtonLink } from '@/ui/button';
import type { ListSearch } from './search';

export function EmptyList({ list }: { list: ListSearch }) {
  const all =
    useQuery({ ...q('/certificates', { query: { limit: 1, total: true } }), enabled: list.filtered }).data?.total ?? 0;
  const icon = <ShieldCheck size={24} strokeWidth={1.5} />;
  if (!list.filtered) {
    return (
      <EmptyState actions={<ButtonLink to="/">Go to the set-up</ButtonLink>} icon={icon} title="No certificates yet">
        A certificate that certctl manages is listed here from its request on: issued, deployed, verified live, renewed.
      </EmptyState>
    );
  }
  const keys = Object.keys(list.filters);
  return (
    <EmptyState
      actions={
        <>
          <Button onClick={list.reset} variant="primary">
            Show all
          </Button>
          {keys.length > 1
            ? keys.map((key) => (
                <Button key={key} onClick={() => list.setFilter(key, undefined)}>
                  Without {certificateGrammar.fields[key]?.label.toLowerCase()}
                </Button>
              ))
            : null}
        </>
      }
      icon={icon}
      title="Nothing matches"
    >
      {all > 0
        ? `There are ${count(all, 'certificate')} without these filters.`
        : 'There are no certificates without these filters either.'}
    </EmptyState>
  );
}
