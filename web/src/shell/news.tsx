// For who hears the page: that something new needs somebody, at most every half minute. Not for: own results (toasts say them).
// Invariant: never a word for each event, and nothing when there is less than before.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useMay } from '@/api/caller';
import { q } from '@/api/client';
import { plural } from '@/lib/words';

const AT_MOST_EVERY = 30_000;

/** Says how many more there are than when it last spoke; nothing at the first count. */
export function Announced({ open }: { open: number | undefined }) {
  const [said, setSaid] = useState('');
  const known = useRef<number | undefined>(undefined);
  const spoken = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const before = known.current;
    if (open === undefined || before === undefined || open <= before) {
      known.current = open ?? before;
      return;
    }
    const timer = setTimeout(
      () => {
        known.current = open;
        spoken.current = Date.now();
        setSaid(plural(open - before, { one: 'A new alert is open', other: '# new alerts are open' }));
      },
      Math.max(0, spoken.current + AT_MOST_EVERY - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [open]);
  return (
    <p aria-live="polite" className="sr-only">
      {said}
    </p>
  );
}

export function News() {
  const may = useMay('alerts.read');
  const open = useQuery({
    ...q('/alerts', { query: { limit: 1, total: true, state: 'open' } }),
    enabled: may,
    select: (page) => page.total ?? 0,
  }).data;
  return <Announced open={open} />;
}
