// One agent: whether it is heard from and what to look at when it is not, the keys it holds, the targets it serves, its work.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Ellipsis, ShieldAlert, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, q, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { HealthStrip } from '@/components/agents/health-strip';
import { QuarantineDialog } from '@/components/agents/quarantine-dialog';
import { ErrorState } from '@/components/error-state';
import { StatusText } from '@/components/status-text';
import { Expiry, TimeAgo, Timestamp, TimeUntil } from '@/components/times';
import { TypedConfirm } from '@/components/typed-confirm';
import { agentStatus, outdated, platformName } from '@/lib/agent-words';
import { useKeys } from '@/lib/keyboard';
import { proofs } from '@/lib/order-words';
import { instant } from '@/lib/time';
import { and, count, plural } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Button, IconButton } from '@/ui/button';
import { Chip } from '@/ui/chip';
import { CopyId } from '@/ui/copy';
import { Dialog } from '@/ui/dialog';
import { FactStrip } from '@/ui/fact';
import { TextField } from '@/ui/field';
import { TextLink } from '@/ui/link';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';
import { SkeletonRows } from '@/ui/skeleton';
import { complain, say } from '@/ui/toast';
import { Diagnostics } from './diagnostics';
import { AgentEvents } from './events';
import { AgentKeys, AgentTargets } from './holdings';
import { AgentJobs } from './jobs';

type Agent = Schemas['Agent'];
type Ask = 'retire' | 'quarantine' | 'name' | 'environment' | null;

const HEARTBEAT = 15_000;

export function AgentPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  // Heartbeats are no events.
  const agent = useQuery({ ...q('/agents/{id}', { path: { id } }), refetchInterval: HEARTBEAT });
  if (agent.data) return <Detail it={agent.data} />;
  return (
    <>
      <PageHeader crumbs={[{ label: 'Agents', to: '/agents' }]} title={id} />
      {agent.isError ? (
        <ErrorState error={agent.error} onRetry={() => void agent.refetch()} what={`The agent ${id}`} />
      ) : (
        <SkeletonRows rows={10} />
      )}
    </>
  );
}

function Detail({ it }: { it: Agent }) {
  const caller = useCaller();
  const queries = useQueryClient();
  const server = useQuery(q('/version')).data?.version;
  const [ask, setAsk] = useState<Ask>(null);
  const update = useMutation({
    mutationFn: (body: Schemas['UpdateAgent']) =>
      taken(client.PATCH('/agents/{id}', { params: { path: { id: it.id } }, body })),
    onSuccess: (next) => {
      queries.setQueryData(q('/agents/{id}', { path: { id: it.id } }).queryKey, next);
      setAsk(null);
    },
    onError: (error) => complain(`${it.name} was not changed`, error),
  });
  const manage = may(caller, 'agents.manage') ?? (it.state === 'retired' ? 'it is retired' : null);
  const quarantined = it.state === 'quarantined';
  const setState = (state: Schemas['AgentState'], said: string) =>
    update.mutate(
      { state },
      { onSuccess: () => say(said, { undo: () => update.mutate({ state: quarantined ? 'quarantined' : 'active' }) }) },
    );
  useKeys([
    {
      keys: '.',
      label: 'More actions',
      group: 'This page',
      run: () => document.querySelector<HTMLElement>('main [aria-label="More actions"]')?.click(),
    },
  ]);
  const status = agentStatus(it);
  const troubled = it.state !== 'retired' && (it.health !== 'online' || quarantined);
  const shows = it.capabilities.filter((kind): kind is Schemas['ProofKind'] => kind in proofs);
  const deploys = it.capabilities.filter((kind) => !(kind in proofs));
  return (
    <div className="flex flex-col gap-4 p-6 tablet:p-4">
      <PageHeader crumbs={[{ label: 'Agents', to: '/agents' }]} plain title={it.name} />
      <header className="flex max-w-340 flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1">
          <h1 className="text-xl font-semibold">{it.name}</h1>
          <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
            <StatusText status={status} />
            {it.environment ? <Chip>{it.environment}</Chip> : null}
            <CopyId id={it.id} label="Copy the agent's id" />
          </div>
        </div>
        <div className="flex items-center gap-2">
          <Button
            busy={update.isPending}
            disabledReason={manage}
            icon={quarantined ? <ShieldCheck size={14} /> : <ShieldAlert size={14} />}
            onClick={() => (quarantined ? setState('active', `${it.name} gets work again`) : setAsk('quarantine'))}
          >
            {quarantined ? 'Lift quarantine' : 'Quarantine…'}
          </Button>
          <Menu
            align="end"
            trigger={<IconButton icon={<Ellipsis size={16} />} keys="." label="More actions" variant="outline" />}
          >
            <MenuItem disabledReason={manage} onSelect={() => setAsk('name')}>
              Rename…
            </MenuItem>
            <MenuItem disabledReason={manage} onSelect={() => setAsk('environment')}>
              Set environment…
            </MenuItem>
            <MenuSeparator />
            <MenuItem danger disabledReason={manage} onSelect={() => setAsk('retire')}>
              Retire…
            </MenuItem>
          </Menu>
        </div>
      </header>
      <div className="max-w-340">
        <FactStrip
          facts={[
            ['Last heard', <TimeAgo at={it.last_seen_at} key="heard" />],
            [
              'Version',
              <span key="version">
                {it.version ? `v${it.version}` : 'not known'}
                {outdated(it, server) ? (
                  <span className="ms-2 text-xs font-normal text-warn">the server runs v{server}</span>
                ) : null}
              </span>,
            ],
            [
              'Keys held',
              <TextLink key="keys" search={{ agent: it.id } as never} to="/certificates">
                {count(it.certificates, 'certificate')}
              </TextLink>,
            ],
            [
              'Serves',
              <TextLink key="targets" search={{ agent: it.id } as never} to="/targets">
                {count(it.targets, 'target')}
              </TextLink>,
            ],
            ['Renews next', it.next_renewal_at ? <TimeUntil at={it.next_renewal_at} key="next" /> : 'nothing'],
            ['Identity', <Expiry at={it.identity_not_after} key="identity" />],
          ]}
        />
      </div>
      <div className="grid max-w-340 grid-cols-[minmax(0,1fr)_22rem] items-start gap-4 max-xl:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-4">
          {it.health_spans && it.health_spans.length > 0 ? (
            <Panel flush note="late after 75 s of silence, offline after 5 min" title="Heard from">
              <HealthStrip spans={it.health_spans} />
            </Panel>
          ) : null}
          {troubled ? <Diagnostics it={it} /> : null}
          <AgentKeys it={it} />
          <AgentTargets id={it.id} />
          <AgentJobs id={it.id} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Panel flush title="Facts">
            <PropertyList
              items={[
                ['Platform', platformName(it.platform)],
                [
                  'May deploy',
                  deploys.length === 0 ? (
                    <span className="text-ink-3" key="none">
                      nothing: its local policy allows no kind of target
                    </span>
                  ) : (
                    <span className="flex flex-wrap gap-1" key="kinds">
                      {deploys.map((kind) => (
                        <Chip key={kind}>{kind}</Chip>
                      ))}
                    </span>
                  ),
                ],
                shows.length > 0
                  ? [
                      'May prove',
                      <span key="proofs" title={shows.join(', ')}>
                        names {and(shows.map((kind) => proofs[kind]))}
                      </span>,
                    ]
                  : null,
                it.dns_providers.length > 0
                  ? [
                      'May write',
                      <ul className="flex flex-col gap-1" key="dns">
                        {it.dns_providers.map((each) => (
                          <li key={each.name}>
                            {each.zones.join(', ')}{' '}
                            <span className="text-xs text-ink-3">
                              by {each.name}, {each.kind}
                            </span>
                          </li>
                        ))}
                      </ul>,
                    ]
                  : null,
                ['Joined', <Timestamp at={it.created_at} key="joined" />],
                ['Changed', <TimeAgo at={it.updated_at} key="changed" />],
                ['Identity until', <Timestamp at={it.identity_not_after} key="until" />],
              ]}
            />
          </Panel>
          {troubled ? null : <Diagnostics it={it} />}
          <AgentEvents id={it.id} />
        </div>
      </div>
      {ask === 'quarantine' ? (
        <QuarantineDialog
          busy={update.isPending}
          it={it}
          onClose={() => setAsk(null)}
          onConfirm={() => setState('quarantined', `${it.name} gets no work until the quarantine is lifted`)}
        />
      ) : null}
      {ask === 'retire' ? <Retire it={it} onClose={() => setAsk(null)} /> : null}
      {ask === 'name' ? (
        <Edit
          busy={update.isPending}
          help="For people; its id stays."
          label="Name"
          onClose={() => setAsk(null)}
          onSave={(name) => update.mutate({ name })}
          required
          title={`Rename ${it.name}`}
          value={it.name}
        />
      ) : null}
      {ask === 'environment' ? (
        <Edit
          busy={update.isPending}
          help="Such as production. Empty: none."
          label="Environment"
          onClose={() => setAsk(null)}
          onSave={(environment) => update.mutate({ environment: environment || null })}
          title={`Environment of ${it.name}`}
          value={it.environment ?? ''}
        />
      ) : null}
    </div>
  );
}

function Edit(props: {
  title: string;
  label: string;
  help: string;
  value: string;
  required?: boolean;
  busy: boolean;
  onSave: (value: string) => void;
  onClose: () => void;
}) {
  const [value, setValue] = useState(props.value);
  const text = value.trim();
  const reason = props.required && text === '' ? 'it cannot be empty' : text === props.value ? 'nothing differs' : null;
  const save = () => {
    if (reason === null) props.onSave(text);
  };
  return (
    <Dialog
      footer={
        <>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button busy={props.busy} disabledReason={reason} onClick={save} variant="primary">
            Save
          </Button>
        </>
      }
      onConfirm={save}
      onOpenChange={(open) => !open && props.onClose()}
      open
      title={props.title}
    >
      <TextField
        help={props.help}
        label={props.label}
        maxLength={200}
        onChange={(event) => setValue(event.target.value)}
        value={value}
      />
    </Dialog>
  );
}

function Retire({ it, onClose }: { it: Agent; onClose: () => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const caller = useCaller();
  const providers = useQuery({
    ...q('/dns-providers', { query: { limit: 500 } }),
    enabled: may(caller, 'issuers.read') === null,
  });
  const sets = (providers.data?.items ?? []).filter(
    (each) => each.kind === 'agent' && (each.config as { agent_id?: string }).agent_id === it.id,
  );
  const retire = useMutation({
    mutationFn: () =>
      taken(
        client.DELETE('/agents/{id}', {
          params: {
            path: { id: it.id },
            query: it.certificates > 0 || it.targets > 0 || sets.length > 0 ? { force: true } : {},
          },
        }),
      ),
    onSuccess: () => {
      say(`${it.name} is retired`, { description: 'Its certificate is refused from now on.' });
      void queries.invalidateQueries({ queryKey: ['/agents/{id}'] });
      void navigate({ to: '/agents' });
    },
    onError: (error) => complain(`${it.name} was not retired`, error),
  });
  const heard = instant(it.last_seen_at) !== null && it.health === 'online';
  return (
    <TypedConfirm
      action="Retire agent"
      busy={retire.isPending}
      keep="Keep agent"
      name={it.name}
      onClose={onClose}
      onConfirm={() => retire.mutate()}
      title={`Retire ${it.name} for good?`}
    >
      <ul className="flex list-disc flex-col gap-1 ps-4 text-ink-2">
        <li>
          Its identity certificate is refused at once. It cannot come back: the host joins anew under another name.
        </li>
        <li>
          {it.certificates > 0
            ? `It holds the keys of ${count(it.certificates, 'certificate')}: nobody can renew them with these keys any more.`
            : 'It holds no key of a current certificate.'}
        </li>
        <li>
          {it.targets > 0
            ? plural(it.targets, {
                one: '# target loses the agent that deploys there. What is deployed stays and is served until it expires.',
                other:
                  '# targets lose the agent that deploys there. What is deployed stays and is served until it expires.',
              })
            : 'No target is served by it.'}
        </li>
        {sets.length > 0 ? (
          <li>
            {`It sets the records of ${sets.map((each) => each.name).join(', ')}: orders that need them wait until another agent is named.`}
          </li>
        ) : null}
        {heard ? <li>It is online and works now.</li> : null}
      </ul>
    </TypedConfirm>
  );
}
