// What stands beside a DNS provider's form: its test for one name, how it is doing and who uses it, and how proofs by DNS go.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { client, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { TestPanel } from '@/components/config/test-panel';
import { StatusText } from '@/components/status-text';
import { TimeAgo, Timestamp } from '@/components/times';
import { sentence } from '@/lib/cause-words';
import { dnsStatus, dnsStep, usersOf } from '@/lib/dns-words';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { PropertyList } from '@/ui/property-list';

type DnsProvider = Schemas['DnsProvider'];

export function Test({ it, reason }: { it: DnsProvider; reason: string | null }) {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const test = useQuery({
    queryKey: ['dns-test', it.id, it.revision],
    queryFn: () =>
      taken(client.POST('/dns-providers/{id}/test', { params: { path: { id: it.id } }, body: { name: name.trim() } })),
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const why = reason ?? (name.trim() === '' ? 'write a name first' : null);
  const run = async (event: FormEvent) => {
    event.preventDefault();
    if (why !== null || test.isFetching) return;
    await test.refetch();
    void queries.invalidateQueries({ queryKey: ['/dns-providers'] });
    void queries.invalidateQueries({ queryKey: ['/dns-providers/{id}'] });
  };
  return (
    <TestPanel
      doing="A record is set, looked for, and taken away"
      note="a record is really set"
      test={test}
      titleOf={dnsStep}
    >
      <form className="flex flex-col gap-3" noValidate onSubmit={(event) => void run(event)}>
        <TextField
          autoComplete="off"
          help="One of your certificates’ names. A TXT record is set at _acme-challenge below it, looked for at each server of its zone, and taken away."
          label="For the name"
          mono
          onChange={(event) => setName(event.target.value)}
          placeholder="www.example.com"
          spellCheck={false}
          value={name}
        />
        <Button
          busy={test.isFetching}
          className="self-start"
          disabledReason={why}
          icon={<FlaskConical size={14} />}
          type="submit"
        >
          Test
        </Button>
      </form>
    </TestPanel>
  );
}

export function Health({ it, issuers }: { it: DnsProvider; issuers: readonly Schemas['Issuer'][] }) {
  const users = usersOf(it.id, issuers);
  return (
    <Panel flush title="Health">
      <PropertyList
        items={[
          ['State', <StatusText key="state" status={dnsStatus(it)} />],
          ['Last worked', <TimeAgo at={it.last_success_at} key="worked" />],
          it.last_failure_at
            ? [
                'Last failure',
                <span key="failure">
                  <Timestamp at={it.last_failure_at} />
                  {it.last_failure ? <span className="block text-ink-2">{sentence(it.last_failure)}</span> : null}
                </span>,
              ]
            : ['Last failure', 'none that is known'],
          [
            'Used by',
            users.length === 0 ? (
              'no issuer'
            ) : (
              <ul key="users">
                {users.map((user) => (
                  <li key={user.id}>
                    <TextLink to={`/issuers/${user.id}`}>{user.name}</TextLink>
                  </li>
                ))}
              </ul>
            ),
          ],
          ['Changed', <TimeAgo at={it.updated_at} key="changed" />],
        ]}
      />
    </Panel>
  );
}

export const HowItGoes = () => (
  <Panel title="How it goes">
    <ul className="flex list-disc flex-col gap-1.5 ps-4 text-ink-2">
      <li>Secrets are sealed and never shown again.</li>
      <li>An issuer that speaks ACME names the provider, and asks it for a record for each name that it proves.</li>
      <li>The authority is told once every server of the zone shows the record. Afterwards it is taken away.</li>
      <li>Where _acme-challenge is a CNAME, the record is set in the zone that it leads to.</li>
    </ul>
  </Panel>
);
