// The DNS record that proves a name for as long as it is there (dns-persist-01), for whoever runs the zone to set once.
// Not for: issuers that do not prove names that way. Invariant: nothing is asked before a name was written.
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { q } from '@/api/client';
import { ErrorState } from '@/components/error-state';
import { Button } from '@/ui/button';
import { CodeBlock } from '@/ui/copy';
import { TextField } from '@/ui/field';
import { Panel } from '@/ui/panel';

export function PersistentRecord({ id, reason }: { id: string; reason: string | null }) {
  const [text, setText] = useState('');
  const [name, setName] = useState('');
  const record = useQuery({
    ...q('/issuers/{id}/persistent-record', { path: { id }, query: { name } }),
    enabled: name !== '',
    retry: false,
    staleTime: 60_000,
  });
  const ask = (event: FormEvent) => {
    event.preventDefault();
    if (reason === null && text.trim() !== '') setName(text.trim());
  };
  return (
    <Panel note="whoever runs the zone sets it once" title="The DNS record that stays">
      <form className="flex items-end gap-2" onSubmit={ask}>
        <div className="min-w-0 flex-1">
          <TextField
            autoComplete="off"
            label="For the name"
            onChange={(event) => setText(event.target.value)}
            placeholder="www.example.org"
            spellCheck={false}
            value={text}
          />
        </div>
        <Button busy={record.isFetching} disabledReason={reason} type="submit">
          Show it
        </Button>
      </form>
      {record.isError ? (
        <ErrorState error={record.error} onRetry={() => void record.refetch()} what="The record" />
      ) : record.data ? (
        <div className="mt-4 flex flex-col gap-3" aria-live="polite">
          <p className="text-ink-2">
            A TXT record at <code className="break-all">{record.data.record}</code>
            {record.data.texts.length > 1 ? ', with one of these, the first by preference:' : ':'}
          </p>
          {record.data.texts.map((each) => (
            <CodeBlock key={each} label="Its text" text={each} />
          ))}
        </div>
      ) : null}
    </Panel>
  );
}
