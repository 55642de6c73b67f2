// An order at an authority outside: what it waits for, when it is given up, and each proof of a name with who shows it and what was
// seen. Not for: why a job failed (CausePanel). Invariant: names in place of ids as soon as they are known.
import { useQuery } from '@tanstack/react-query';
import { useCaller } from '@/api/caller';
import { q } from '@/api/client';
import { useAgents } from '@/api/lookups';
import type { Schemas } from '@/api/types';
import { StatusGlyph } from '@/components/status-glyph';
import { StatusText } from '@/components/status-text';
import { TimeAgo, TimeUntil } from '@/components/times';
import { sentence } from '@/lib/cause-words';
import { heldWords } from '@/lib/job-words';
import { proofStatus, proofs, shownByDns, shownWithout } from '@/lib/order-words';
import { readTimes } from '@/lib/time';
import { TextLink } from '@/ui/link';
import { Cell, RowsTable } from '@/ui/rows-table';

type Order = Schemas['Order'];

interface Props {
  order: Order;
  nameOf: (id: string | null | undefined) => string;
}

export function OrderProgress({ order, nameOf }: Props) {
  const ended = order.ended_at ?? null;
  const { challenges } = order;
  return (
    <div>
      <p className="flex flex-wrap items-start gap-x-2.5 gap-y-1 px-4 py-3">
        <StatusGlyph className="mt-0.5" glyph={ended ? 'archived' : 'renewing'} tone={ended ? 'neutral' : 'info'} />
        <span className="min-w-0 flex-1 break-words">{sentence(readTimes(heldWords(order.doing, nameOf)))}</span>
        <span className="nums text-xs text-ink-3">
          {ended ? (
            <>
              ended <TimeAgo at={ended} />
            </>
          ) : (
            <>
              given up <TimeUntil at={order.deadline_at} />
            </>
          )}
        </span>
      </p>
      {challenges.length > 0 ? <Proofs challenges={challenges} /> : null}
    </div>
  );
}

function Proofs({ challenges }: { challenges: Order['challenges'] }) {
  const mayIssuers = useCaller().permissions.includes('issuers.read');
  const providers = useQuery({
    ...q('/dns-providers', { query: { limit: 500 } }),
    enabled: mayIssuers && challenges.some(shownByDns),
  }).data?.items;
  const agents = useAgents(
    challenges.filter((each) => !shownByDns(each) && !shownWithout(each)).map((each) => each.place),
  );
  return (
    <div className="border-t border-line">
      <RowsTable head={['Name', 'Proved', 'Shown by', 'State', 'Seen']} label="Proofs of control">
        {challenges.map((each) => (
          <tr key={each.id}>
            <Cell className="font-medium break-all">{each.name}</Cell>
            <Cell className="text-ink-2">
              <span className="whitespace-nowrap">{proofs[each.kind]}</span>
              {each.record ? <code className="block text-xs break-all text-ink-3">{each.record}</code> : null}
            </Cell>
            <Cell>
              {shownWithout(each) ?? (
                <TextLink to={shownByDns(each) ? `/issuers/dns-providers/${each.place}` : `/agents/${each.place}`}>
                  {(shownByDns(each)
                    ? providers?.find((provider) => provider.id === each.place)?.name
                    : agents.get(each.place)?.name) ?? each.place}
                </TextLink>
              )}
            </Cell>
            <Cell className="whitespace-nowrap">
              <StatusText status={proofStatus(each)} />
            </Cell>
            <Cell className="text-ink-2">
              {each.detail ? <span className="block min-w-40 break-words">{sentence(each.detail)}</span> : null}
              <TimeAgo at={each.updated_at} className="text-xs text-ink-3" />
            </Cell>
          </tr>
        ))}
      </RowsTable>
    </div>
  );
}
