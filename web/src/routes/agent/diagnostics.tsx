// What to look at, in order, when an agent is not heard from or does not work: what the server knows, and commands for the host.
// Invariant: what the server cannot know is said to be checked on the host; nothing is guessed.
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';
import type { Schemas } from '@/api/types';
import { CheckList } from '@/components/check-list';
import { diagnose } from '@/lib/agent-checks';
import { useNow, useTicking } from '@/lib/clock';
import { ago, instant } from '@/lib/time';
import { plural } from '@/lib/words';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';

export function Diagnostics({ it }: { it: Schemas['Agent'] }) {
  const now = useNow(15_000);
  const heard = useTicking((at) => ago(instant(it.last_seen_at), at));
  const due = useQuery(
    q('/certificates', { query: { agent_id: it.id, renews: '..24h', limit: 1, total: true } as never }),
  ).data?.total;
  const trouble = it.state !== 'retired' && (it.health !== 'online' || it.state === 'quarantined');
  const checks = diagnose(it, now, globalThis.location.origin);
  return (
    <Panel
      note={trouble ? `last heard ${heard}` : undefined}
      title={trouble ? 'Why it does not work' : 'What is checked'}
    >
      {trouble && due ? (
        <p className="mb-4">
          <TextLink search={{ agent: it.id, renews: '..24h' } as never} to="/certificates">
            {plural(due, {
              one: '# certificate whose key it holds is to be renewed within 24 hours',
              other: '# certificates whose keys it holds are to be renewed within 24 hours',
            })}
          </TextLink>
          , and {plural(due, { one: 'waits', other: 'wait' })} for it.
        </p>
      ) : null}
      <CheckList checks={checks} label="Checks" />
    </Panel>
  );
}
