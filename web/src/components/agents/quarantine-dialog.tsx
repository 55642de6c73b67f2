// An agent is to get no more work: what waits meanwhile, and for how long. Not for: ending it for good (retiring).
// Invariants: what it has begun goes on to its end; the numbers are links to exactly those.
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { TypedConfirm } from '@/components/typed-confirm';
import { plural } from '@/lib/words';
import { TextLink } from '@/ui/link';

const OPEN = 'Pending,AwaitingApproval,AwaitingCSR,Running';

interface Props {
  it: Schemas['Agent'];
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

export function QuarantineDialog({ it, busy, onConfirm, onClose }: Props) {
  const total = (renews: string) => ({ agent_id: it.id, renews, limit: 1, total: true }) as never;
  const soon = useQuery(q('/certificates', { query: total('..24h') })).data?.total;
  const week = useQuery(q('/certificates', { query: total('..7d') })).data?.total;
  const open = useQuery(q('/jobs', { query: { agent_id: it.id, state: OPEN, limit: 1, total: true } as never })).data
    ?.total;
  return (
    <TypedConfirm
      action="Quarantine agent"
      busy={busy}
      keep="Keep it working"
      onClose={onClose}
      onConfirm={onConfirm}
      title={`Give ${it.name} no more work?`}
      tone="warn"
    >
      <ul className="flex list-disc flex-col gap-1 ps-4 text-ink-2">
        <li>
          It is refused from its next request on, until the quarantine is lifted. What it deployed stays and is served.
        </li>
        {open === undefined || open === null ? null : open === 0 ? (
          <li>No job is open on it.</li>
        ) : (
          <li>
            <TextLink search={{ agent: it.id, state: OPEN } as never} to="/jobs">
              {plural(open, { one: '# open job', other: '# open jobs' })}
            </TextLink>{' '}
            {plural(open, { one: 'waits meanwhile.', other: 'wait meanwhile.' })}
          </li>
        )}
        {soon === undefined || soon === null || week === undefined || week === null ? null : week === 0 ? (
          <li>No certificate whose key it holds is to be renewed within 7 days.</li>
        ) : (
          <li>
            <TextLink search={{ agent: it.id, renews: '..7d' } as never} to="/certificates">
              {plural(week, {
                one: '# certificate whose key it holds is to be renewed within 7 days',
                other: '# certificates whose keys it holds are to be renewed within 7 days',
              })}
            </TextLink>
            {soon > 0 ? `, ${soon === week ? 'all' : soon} of them within 24 hours` : ''}.
          </li>
        )}
      </ul>
    </TypedConfirm>
  );
}
