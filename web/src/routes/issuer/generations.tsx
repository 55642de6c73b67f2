// The issuing CAs of a local CA's issuer: the one that signs, and those before it. Not for: the roots (the hierarchy has them).
// Invariant: an issuer keeps its id, whatever signs for it.
import { useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import type { Schemas } from '@/api/types';
import { CaEnd, CaLive, CaState } from '@/components/cas/ca-facts';
import { irreplaceable } from '@/components/cas/ca-menu';
import { ReplaceCaDialog } from '@/components/cas/replace-dialog';
import { casQuery, useLive } from '@/components/cas/use-cas';
import { ErrorState } from '@/components/error-state';
import { limitsOf } from '@/lib/ca-words';
import { keyName } from '@/lib/key-names';
import { number } from '@/lib/words';
import { Button } from '@/ui/button';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';
import { Table } from '@/ui/table';

export function Generations({ it }: { it: Schemas['Issuer'] }) {
  const missing = may(useCaller(), 'issuers.manage');
  const cas = useQuery(casQuery(it.id));
  const rows = (cas.data?.items ?? [])
    .filter((ca) => ca.role === 'issuing')
    .toSorted((a, b) => b.generation - a.generation);
  const live = useLive(rows);
  const [asking, setAsking] = useState(false);
  const active = rows.find((ca) => ca.state === 'active');
  const limits = rows.some((ca) => limitsOf(ca) !== null);
  return (
    <Panel
      actions={
        <>
          <TextLink className="me-1 text-xs" to="/issuers/hierarchy">
            Hierarchy
          </TextLink>
          {active ? (
            <Button
              disabledReason={missing ?? irreplaceable(active)}
              icon={<RefreshCw size={14} />}
              onClick={() => setAsking(true)}
              size="sm"
            >
              Replace issuing CA…
            </Button>
          ) : null}
        </>
      }
      flush
      note="what signs now, and what signed before"
      title="Generations"
    >
      {cas.isError && !cas.data ? (
        <ErrorState error={cas.error} onRetry={() => void cas.refetch()} what="The generations" />
      ) : cas.data === undefined ? (
        <SkeletonRows rows={2} />
      ) : (
        <Table
          columns={[
            {
              key: 'generation',
              label: 'Generation',
              width: '6.5rem',
              cell: (ca) => <span className="nums font-medium">{number(ca.generation)}</span>,
            },
            { key: 'state', label: 'State', width: '8rem', cell: (ca) => <CaState ca={ca} /> },
            {
              key: 'key',
              label: 'Key',
              width: '8rem',
              cell: (ca) => <span className="text-ink-2">{keyName(ca.key_algorithm)}</span>,
            },
            ...(limits
              ? [
                  {
                    key: 'names',
                    label: 'Names',
                    cell: (ca: Schemas['Ca']) => (
                      <span className="text-ink-2" title={limitsOf(ca) ?? undefined}>
                        {limitsOf(ca) ?? 'any name'}
                      </span>
                    ),
                  },
                ]
              : []),
            {
              key: 'live',
              label: 'Certificates',
              width: '8rem',
              cell: (ca) => <CaLive ca={ca} live={live.get(ca.id)} />,
            },
            { key: 'ends', label: 'Expires', width: '8rem', cell: (ca) => <CaEnd ca={ca} /> },
          ]}
          keyOf={(ca) => ca.id}
          label="Generations"
          rows={rows}
        />
      )}
      {asking && active ? (
        <ReplaceCaDialog ca={active} issuer={it.name} live={live.get(active.id)} onClose={() => setAsking(false)} />
      ) : null}
    </Panel>
  );
}
