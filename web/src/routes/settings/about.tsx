// What this is, and under which licences its parts are. Not for: how the server runs (system.tsx). Invariant: the list is made with
// the build, from what is in it.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { q } from '@/api/client';
import { ApiError } from '@/api/error';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { count, number } from '@/lib/words';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { inputLook } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { Segmented } from '@/ui/segmented';
import { SkeletonRows } from '@/ui/skeleton';
import { Table } from '@/ui/table';

const parts = ['server and agent', 'dashboard', 'fonts'] as const;
type Part = (typeof parts)[number];

interface Package {
  name: string;
  version: string;
  part: Part;
  licence: string;
  texts: number[];
}

interface Licences {
  packages: Package[];
  texts: string[];
}

async function licences(signal: AbortSignal): Promise<Licences> {
  const answer = await fetch('/licences.json', { signal });
  if (!answer.ok) throw new ApiError('This build has no list of licences.', answer.status);
  return (await answer.json()) as Licences;
}

export function About() {
  const version = useQuery(q('/version')).data;
  const list = useQuery({
    queryKey: ['licences.json'],
    queryFn: ({ signal }) => licences(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [part, setPart] = useState<Part>('server and agent');
  const [text, setText] = useState('');
  const [shown, setShown] = useState<Package | null>(null);
  const words = text.trim().toLowerCase();
  const of = (list.data?.packages ?? []).filter((it) => it.part === part);
  const rows = of.filter((it) => `${it.name} ${it.licence}`.toLowerCase().includes(words));
  return (
    <>
      <Panel title={`certctl${version ? ` v${version.version}` : ''}`}>
        <p className="max-w-160 text-ink-2">
          A self-hosted platform for the life of TLS certificates: request, issue, deploy, prove live, renew, revoke. It
          asks nothing of anybody outside but the issuers and channels that you configure.
        </p>
      </Panel>
      <Panel
        actions={
          <>
            <Segmented
              label="Part"
              onChange={setPart}
              options={parts.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) }))}
              value={part}
            />
            <div className="w-52 narrow:w-32">
              <input
                aria-label="Filter the licences"
                className={inputLook}
                onChange={(event) => setText(event.target.value)}
                placeholder="Name or licence"
                value={text}
              />
            </div>
          </>
        }
        flush
        note={list.data ? `${count(list.data.packages.length, 'package')} of others in this build` : undefined}
        title="Licences"
      >
        {list.isError ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} what="The list of licences" />
        ) : list.data === undefined ? (
          <SkeletonRows rows={8} />
        ) : rows.length === 0 ? (
          <EmptyState
            actions={<Button onClick={() => setText('')}>Show all {number(of.length)}</Button>}
            title="Nothing matches"
          >
            No package of this part has such a name or licence.
          </EmptyState>
        ) : (
          <Table<Package>
            columns={[
              { key: 'name', label: 'Package', cell: (it) => <span className="font-medium">{it.name}</span> },
              {
                key: 'version',
                label: 'Version',
                width: '9rem',
                cell: (it) => <code className="text-ink-2">{it.version}</code>,
              },
              {
                key: 'licence',
                label: 'Licence',
                width: '22rem',
                cell: (it) => (
                  <span className="text-ink-2" title={it.licence}>
                    {it.licence}
                  </span>
                ),
              },
              {
                key: 'text',
                label: 'Text',
                width: '6rem',
                end: true,
                cell: (it) =>
                  it.texts.length === 0 ? (
                    <span className="text-ink-3 italic">not shipped</span>
                  ) : (
                    <Button
                      aria-label={`Read the licence of ${it.name}`}
                      onClick={() => setShown(it)}
                      size="sm"
                      variant="ghost"
                    >
                      Read
                    </Button>
                  ),
              },
            ]}
            keyOf={(it) => `${it.name} ${it.version}`}
            label="Licences"
            rows={rows}
          />
        )}
      </Panel>
      {shown ? (
        <Dialog
          footer={<Button onClick={() => setShown(null)}>Close</Button>}
          onOpenChange={(open) => !open && setShown(null)}
          open
          title={`${shown.name} ${shown.version}`}
        >
          <div className="flex flex-col gap-4">
            {shown.texts.map((index) => (
              <pre className="text-xs break-words whitespace-pre-wrap text-ink-2" key={index}>
                {list.data?.texts[index]}
              </pre>
            ))}
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
