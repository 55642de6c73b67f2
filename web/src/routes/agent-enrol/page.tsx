// Enrolling an agent: a name, one command with a token that is shown once, and a wait in which the agent appears by itself.
// Invariant: the token is kept in this page's memory only; the URL holds the invitation, so that a reload goes on waiting.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { StatusGlyph } from '@/components/status-glyph';
import { TimeAgo } from '@/components/times';
import { agentNameFault, agentStatus, platformName } from '@/lib/agent-words';
import { useTicking } from '@/lib/clock';
import type { Search } from '@/lib/search';
import { instant, took } from '@/lib/time';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { CodeBlock } from '@/ui/copy';
import { Field, TextField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { Select } from '@/ui/select';
import { Table } from '@/ui/table';
import { complain, say } from '@/ui/toast';

type Made = Schemas['InvitationCreated'];

const lasts = [
  { value: '900', label: '15 minutes' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '604800', label: '7 days' },
] as const;

export function AgentEnrolPage() {
  const search = useSearch({ strict: false }) as Search;
  const [made, setMade] = useState<Made | null>(null);
  const navigate = useNavigate();
  const waiting = search.invitation;
  return (
    <div className="flex max-w-220 flex-col gap-4 p-6 tablet:p-4">
      <PageHeader crumbs={[{ label: 'Agents', to: '/agents' }]} title="Enrol an agent" />
      {waiting ? (
        <Waiting id={waiting} made={made?.invitation.id === waiting ? made : null} />
      ) : (
        <Invite
          onMade={(next) => {
            setMade(next);
            void navigate({ to: '/agents/enrol', search: { invitation: next.invitation.id } as never });
          }}
        />
      )}
      <OpenInvitations current={waiting} />
    </div>
  );
}

function Invite({ onMade }: { onMade: (made: Made) => void }) {
  const caller = useCaller();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [shown, setShown] = useState(false);
  const [lasting, setLasting] = useState<string>('3600');
  const invite = useMutation({
    mutationFn: () =>
      taken(client.POST('/agents/invitations', { body: { name, expires_in_seconds: Number(lasting) } })),
    onSuccess: (next) => {
      void queries.invalidateQueries({ queryKey: ['/agents/invitations'] });
      onMade(next);
    },
  });
  const fault = agentNameFault(name);
  const failed = invite.isError ? ApiError.of(invite.error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setShown(true);
    if (fault === null && !invite.isPending) invite.mutate();
  };
  return (
    <Panel note="the key of its identity is made on the host" title="Which host">
      <form className="flex max-w-100 flex-col gap-4" noValidate onSubmit={submit}>
        {failed && !failed.at('/name') ? (
          <div role="alert">
            <Banner className="rounded-control" tone="crit">
              {failed.sentence}
            </Banner>
          </div>
        ) : null}
        <TextField
          autoComplete="off"
          error={failed?.at('/name') ?? (shown ? (fault ?? undefined) : undefined)}
          help={
            name && fault === null
              ? `Its id will be ag-${name}.`
              : 'Lower-case letters, digits and hyphens, such as web-eu-4.'
          }
          label="Name of the agent"
          onBlur={() => name && setShown(true)}
          onChange={(event) => {
            setName(event.target.value.trim());
            invite.reset();
          }}
          value={name}
        />
        <Field help="After that the command does nothing." label="The invitation lasts">
          {(ids) => <Select {...ids} onChange={setLasting} options={lasts} value={lasting} />}
        </Field>
        <div className="flex items-center gap-2">
          <Button busy={invite.isPending} disabledReason={may(caller, 'agents.invite')} type="submit" variant="primary">
            Make the command
          </Button>
          <ButtonLink to="/agents" variant="ghost">
            Cancel
          </ButtonLink>
        </div>
      </form>
    </Panel>
  );
}

/** What most hosts begin with; deploy/agent.toml.example has the rest. */
const NGINX_POLICY = `directories = ["/etc/nginx/tls"]

[nginx.default]
binary = "/usr/sbin/nginx"
config = "/etc/nginx/nginx.conf"

[probe]
ports = [443]
`;

function Countdown({ at }: { at: string }) {
  const words = useTicking((now) => {
    const end = instant(at);
    if (end === null) return 'its end is not known';
    return end > now ? `valid for ${took(Math.floor((end - now) / 1000) * 1000)} more` : 'it has ended';
  });
  return <span className="nums">{words}</span>;
}

function Waiting({ id, made }: { id: string; made: Made | null }) {
  const listed = useQuery({
    ...q('/agents/invitations', { query: { limit: 100 } }),
    // An event tells of the join; the interval is for a stream that is down.
    refetchInterval: (query) => (query.state.data?.items.find((one) => one.id === id)?.used_at ? false : 10_000),
  });
  const invitation = listed.data?.items.find((one) => one.id === id) ?? made?.invitation;
  const joined = invitation?.used_at ? invitation.agent_id : null;
  const agent = useQuery({
    ...q('/agents/{id}', { path: { id: joined ?? '' } }),
    enabled: Boolean(joined),
    refetchInterval: (query) => (query.state.data?.last_seen_at ? false : 3000),
  }).data;
  const over = useTicking((now) => (now > (instant(invitation?.expires_at) ?? Infinity) ? 'yes' : '')) === 'yes';
  if (listed.data && invitation === undefined)
    return (
      <Panel title="This invitation is not there">
        <p className="text-ink-2">It was withdrawn, or it is not one of the newest.</p>
        <div className="mt-4">
          <ButtonLink to="/agents/enrol" variant="primary">
            Invite an agent
          </ButtonLink>
        </div>
      </Panel>
    );
  const name = invitation?.name ?? '';
  return (
    <Panel
      note={invitation && !joined ? <Countdown at={invitation.expires_at} /> : undefined}
      title={joined ? `${name} has joined` : `Bring ${name} in`}
    >
      {made && !joined ? (
        <ol className="mb-5 flex flex-col gap-4">
          <Step n={1} title="On the host, as root: join">
            <CodeBlock label="The command that joins" text={made.command} />
            <p className="mt-1 text-xs text-ink-3">
              The token works once and is not shown again. Other users of the host can see it in the list of processes
              while it runs; <code>--token-file</code> hides it.
            </p>
          </Step>
          <Step n={2} title="Say what may be done there, and check it">
            <div className="flex flex-col gap-2">
              <CodeBlock label="A policy for nginx" text={NGINX_POLICY} />
              <p className="text-xs text-ink-3">
                Written to <code>/etc/certctl/agent.toml</code>, with the folders, the configuration and the ports of
                this host. What it does not name is refused there, whatever is asked for here.
              </p>
              <CodeBlock label="The command that checks the policy" text="certctl-agent check" />
            </div>
          </Step>
          <Step n={3} title="Start it">
            <CodeBlock label="The command that starts it" text="systemctl enable --now certctl-agent" />
          </Step>
        </ol>
      ) : null}
      {!made && !joined ? (
        <p className="mb-4 text-ink-2">
          The command was shown once, when it was made. If it is lost, withdraw this invitation and make another.
        </p>
      ) : null}
      <ol aria-live="polite" className="flex flex-col gap-3">
        <State
          detail={
            joined && invitation?.used_at ? (
              <TimeAgo at={invitation.used_at} />
            ) : over ? (
              'the invitation has ended'
            ) : (
              'this page sees it by itself'
            )
          }
          state={joined ? 'done' : over ? 'failed' : 'now'}
          title={joined ? 'It has joined' : over ? 'It did not join in time' : 'Waiting for it to join'}
        />
        <State
          detail={
            agent?.last_seen_at
              ? `${agent.version ? `v${agent.version}, ` : ''}${platformName(agent.platform)}`
              : joined
                ? 'start the service on the host'
                : undefined
          }
          state={agent?.last_seen_at ? 'done' : joined ? 'now' : 'ahead'}
          title={agent?.last_seen_at ? `It is ${agentStatus(agent).label.toLowerCase()}` : 'It reports for work'}
        />
        {agent?.last_seen_at && agent.capabilities.length === 0 ? (
          <State
            detail="its local policy allows no kind of target yet"
            state="ahead"
            title="It has nothing that it may do"
          />
        ) : null}
      </ol>
      <div className="mt-5 flex items-center gap-2">
        {agent?.last_seen_at ? (
          <>
            <ButtonLink search={{ agent: agent.id } as never} to="/targets/new" variant="primary">
              Add a target on it
            </ButtonLink>
            <ButtonLink to={`/agents/${agent.id}`}>Open {agent.name}</ButtonLink>
          </>
        ) : null}
        <ButtonLink to="/agents/enrol" variant={agent?.last_seen_at ? 'ghost' : 'outline'}>
          Enrol another
        </ButtonLink>
      </div>
    </Panel>
  );
}

function Step({ n, title, children }: { n: number; title: string; children: React.ReactNode }) {
  return (
    <li className="flex gap-3">
      <span className="nums mt-0.5 flex size-5 shrink-0 items-center justify-center rounded-full bg-fill text-2xs text-ink-2">
        {n}
      </span>
      <div className="min-w-0 flex-1">
        <p className="mb-1.5 font-medium">{title}</p>
        {children}
      </div>
    </li>
  );
}

function State(props: { state: 'done' | 'now' | 'ahead' | 'failed'; title: string; detail?: React.ReactNode }) {
  const look = {
    done: { glyph: 'healthy', tone: 'ok' },
    now: { glyph: 'renewing', tone: 'info' },
    ahead: { glyph: 'waiting', tone: 'neutral' },
    failed: { glyph: 'failing', tone: 'crit' },
  } as const;
  return (
    <li className="flex items-center gap-3">
      <StatusGlyph {...look[props.state]} />
      <span className={props.state === 'ahead' ? 'text-ink-3' : undefined}>{props.title}</span>
      <span className="text-xs text-ink-3">{props.detail}</span>
    </li>
  );
}

function OpenInvitations({ current }: { current: string | undefined }) {
  const caller = useCaller();
  const queries = useQueryClient();
  const listed = useQuery(q('/agents/invitations', { query: { limit: 100 } })).data;
  const now = useTicking((at) => String(Math.floor(at / 30_000)));
  const open = listed?.items.filter(
    (one) => !one.used_at && one.id !== current && (instant(one.expires_at) ?? 0) > Number(now) * 30_000,
  );
  const withdraw = useMutation({
    mutationFn: (one: Schemas['Invitation']) =>
      taken(client.DELETE('/agents/invitations/{id}', { params: { path: { id: one.id } } })),
    onSuccess: (_, one) => {
      say(`The invitation of ${one.name} is withdrawn`);
      void queries.invalidateQueries({ queryKey: ['/agents/invitations'] });
    },
    onError: (error, one) => complain(`The invitation of ${one.name} was not withdrawn`, error),
  });
  if (open === undefined || open.length === 0) return null;
  return (
    <Panel flush note="not used yet" title="Other open invitations">
      <Table
        columns={[
          { key: 'name', label: 'Agent', cell: (it) => <span className="font-medium">{it.name}</span> },
          {
            key: 'made',
            label: 'Made',
            width: '8rem',
            cell: (it) => <TimeAgo at={it.created_at} className="text-ink-3" />,
          },
          {
            key: 'ends',
            label: 'Lasts',
            width: '14rem',
            cell: (it) => (
              <span className="text-ink-2">
                <Countdown at={it.expires_at} />
              </span>
            ),
          },
          {
            key: 'do',
            label: '',
            width: '7rem',
            end: true,
            cell: (it) => (
              <Button
                disabledReason={may(caller, 'agents.invite')}
                onClick={() => withdraw.mutate(it)}
                size="sm"
                variant="ghost"
              >
                Withdraw
              </Button>
            ),
          },
        ]}
        keyOf={(it) => it.id}
        label="Open invitations"
        rows={open}
      />
    </Panel>
  );
}
