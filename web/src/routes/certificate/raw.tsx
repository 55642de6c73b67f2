// The tab Raw: the chain as PEM, the object as the API has it, and the same on the command line.
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { client, refusal } from '@/api/client';
import type { Certificate } from '@/api/types';
import { chainForms, chainUrl } from '@/components/certificate/chain';
import { ErrorState } from '@/components/error-state';
import type { Search } from '@/lib/search';
import { Button } from '@/ui/button';
import { CodeBlock } from '@/ui/copy';
import { Menu, MenuItem } from '@/ui/menu';
import { Panel } from '@/ui/panel';
import { Select } from '@/ui/select';
import { SkeletonRows } from '@/ui/skeleton';
import type { Around, useVersions } from './data';

export function RawTab({
  it,
  around,
  versions,
}: {
  it: Certificate;
  around: Around;
  versions: ReturnType<typeof useVersions>;
}) {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const all = versions.rounds.toReversed().flatMap((round) => round.versions);
  const version = all.find((each) => each.id === search.version) ?? all.find((each) => each.current) ?? all[0];
  const chain = useQuery({
    queryKey: ['/certificates/{id}/chain.pem', { path: { id: it.id } }, version?.id ?? null],
    enabled: version !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const { data, error, response } = await client.GET('/certificates/{id}/chain.pem', {
        params: { path: { id: it.id }, query: { version: version?.id } },
        parseAs: 'text',
        signal,
      });
      if (!response.ok) throw refusal(response, error);
      return String(data ?? '');
    },
  });
  const commands = [
    `certctl certs show ${it.id}`,
    `certctl certs chain ${it.id} > chain.pem`,
    `certctl certs chain ${it.id} --form p7b --to chain.p7b`,
    `certctl certs explain ${it.id}`,
    ...(version ? [`openssl x509 -noout -text -in chain.pem`] : []),
  ].join('\n');
  return (
    <div className="flex flex-col gap-4">
      <Panel
        actions={
          version ? (
            <>
              {all.length > 1 ? (
                <Select
                  className="w-56"
                  label="Version"
                  onChange={(id) =>
                    void navigate({ to: '.', search: { ...search, version: id } as never, replace: true })
                  }
                  options={all.slice(0, 100).map((each) => ({
                    value: each.id,
                    label: versions.naming.byId(each.id) ?? each.serial.slice(0, 8),
                    hint:
                      it.holders.length > 1 ? around.agentName(each.agent_id) : each.current ? 'current' : undefined,
                  }))}
                  value={version.id}
                />
              ) : null}
              <Menu
                align="end"
                trigger={
                  <Button icon={<Download size={14} />} size="sm">
                    Download
                  </Button>
                }
              >
                {chainForms.map(({ form, label, hint }) => (
                  <MenuItem key={form} onSelect={() => globalThis.location.assign(chainUrl(it.id, form, version.id))}>
                    {label}
                    <span className="block text-xs text-ink-3">{hint}</span>
                  </MenuItem>
                ))}
              </Menu>
            </>
          ) : undefined
        }
        note="leaf first"
        title="Chain"
      >
        {version === undefined ? <p className="text-ink-3">No version was issued yet.</p> : null}
        {version !== undefined && chain.isPending ? <SkeletonRows rows={6} /> : null}
        {chain.isError ? (
          <ErrorState error={chain.error} onRetry={() => void chain.refetch()} what="The chain" />
        ) : null}
        {chain.data ? <CodeBlock label="Chain as PEM" text={chain.data} /> : null}
      </Panel>
      <Panel title="On the command line">
        <CodeBlock label="Commands" text={commands} />
      </Panel>
      <Panel note="as the API answers it" title="Object">
        <CodeBlock label="The certificate as JSON" text={JSON.stringify(it, null, 2)} />
      </Panel>
    </div>
  );
}
