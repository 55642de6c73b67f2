// Who is signed in: one's own sessions, and for who manages users everybody's; each can be ended.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMay } from '@/api/caller';
import { client, q, taken } from '@/api/client';
import { useActorName } from '@/api/lookups';
import type { Schemas } from '@/api/types';
import { Expiry, TimeAgo } from '@/components/times';
import type { Search } from '@/lib/search';
import { Button, ButtonLink } from '@/ui/button';
import { complain, say } from '@/ui/toast';
import { ListPanel, roleNames } from './parts';

type Session = Schemas['Session'];

/** `Firefox on Linux`, from what a browser calls itself. */
export function browserName(agent: string): string {
  if (agent === '') return 'not told';
  const browser = /Edg\//.test(agent)
    ? 'Edge'
    : /Firefox\//.test(agent)
      ? 'Firefox'
      : /Chrome\//.test(agent)
        ? 'Chrome'
        : /Safari\//.test(agent)
          ? 'Safari'
          : (agent.split(/[/ ]/)[0] ?? agent);
  const system = /Windows/.test(agent)
    ? 'Windows'
    : /Mac OS/.test(agent)
      ? 'macOS'
      : /Android/.test(agent)
        ? 'Android'
        : /Linux/.test(agent)
          ? 'Linux'
          : '';
  return system ? `${browser} on ${system}` : browser;
}

export function Sessions() {
  const all = useMay('users.manage');
  const queries = useQueryClient();
  const { who } = useSearch({ strict: false }) as Search;
  const nameOf = useActorName();
  const of = all && who !== undefined ? who : undefined;
  const list = useQuery(
    q('/sessions', { query: { limit: 500, ...(of ? { user_id: of } : all ? { all: true } : {}) } }),
  );
  const end = useMutation({
    mutationFn: (it: Session) => taken(client.DELETE('/sessions/{id}', { params: { path: { id: it.id } } })),
    onSuccess: (_, it) => {
      say(`A session of ${it.name} has ended`);
      void queries.invalidateQueries({ queryKey: ['/sessions'] });
    },
    onError: (error) => complain('The session was not ended', error),
  });
  return (
    <ListPanel<Session>
      actions={
        of ? (
          <ButtonLink size="sm" to="/settings/sign-in">
            Those of everybody
          </ButtonLink>
        ) : null
      }
      columns={[
        {
          key: 'name',
          label: 'Who',
          cell: (it) => (
            <span className="font-medium">
              {it.name}
              {it.current ? <span className="ms-1.5 text-xs font-normal text-ink-3">this one</span> : null}
            </span>
          ),
        },
        { key: 'role', label: 'Role', width: '7rem', cell: (it) => roleNames[it.role] },
        {
          key: 'from',
          label: 'From',
          width: '10rem',
          cell: (it) => <code className="text-ink-2">{it.address || 'not known'}</code>,
        },
        {
          key: 'browser',
          label: 'Browser',
          width: '12rem',
          cell: (it) => <span title={it.user_agent}>{browserName(it.user_agent)}</span>,
        },
        {
          key: 'used',
          label: 'Last used',
          width: '8rem',
          cell: (it) => <TimeAgo at={it.last_used_at} className="text-ink-3" />,
        },
        {
          key: 'ends',
          label: 'Ends',
          width: '8rem',
          cell: (it) => <Expiry at={it.expires_at} className="text-ink-3" />,
        },
        {
          key: 'do',
          label: '',
          width: '6rem',
          end: true,
          cell: (it) => (
            <Button
              disabledReason={it.current ? 'sign out instead' : null}
              onClick={() => end.mutate(it)}
              size="sm"
              variant="ghost"
            >
              End
            </Button>
          ),
        },
      ]}
      empty={{
        title: 'Nobody is signed in',
        text: 'Sessions of the dashboard are listed here. API keys in programs have none.',
      }}
      keyOf={(it) => it.id}
      list={list}
      one="session"
      title={of ? `Sessions of ${nameOf({ kind: 'user', id: of })}` : all ? 'Sessions of everybody' : 'Your sessions'}
      what="The list of sessions"
    />
  );
}
