// The check of the whole trail: rows against their batches, the chain of batches, and the signatures.
import { useQuery } from '@tanstack/react-query';
import { client, taken } from '@/api/client';
import { CheckList } from '@/components/check-list';
import { ErrorState } from '@/components/error-state';
import { StatusGlyph } from '@/components/status-glyph';
import { count, number } from '@/lib/words';
import { Button } from '@/ui/button';
import { CodeBlock } from '@/ui/copy';
import { Dialog } from '@/ui/dialog';

const SHOWN = 20;

export function Verify({ onClose }: { onClose: () => void }) {
  const check = useQuery({
    queryKey: ['audit-verify'],
    queryFn: ({ signal }) => taken(client.GET('/audit/verify', { signal })),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const it = check.isFetching ? undefined : check.data;
  return (
    <Dialog
      footer={
        <>
          <Button busy={check.isFetching} onClick={() => void check.refetch()}>
            Verify again
          </Button>
          <Button onClick={onClose} variant="primary">
            Close
          </Button>
        </>
      }
      glyph={
        <StatusGlyph
          glyph={it === undefined ? 'renewing' : it.ok ? 'healthy' : 'failing'}
          tone={it === undefined ? 'info' : it.ok ? 'ok' : 'crit'}
        />
      }
      onOpenChange={(open) => !open && onClose()}
      open
      title={
        it === undefined
          ? check.isError
            ? 'The trail was not verified'
            : 'Verifying the trail'
          : it.ok
            ? 'The trail is as it was sealed'
            : 'The trail was changed'
      }
    >
      {check.isError && !check.isFetching ? (
        <ErrorState error={check.error} onRetry={() => void check.refetch()} what="The check" />
      ) : it === undefined ? (
        <p className="text-sm text-ink-2">Every row, batch and signature is read. A long trail takes a while.</p>
      ) : (
        <div aria-live="polite" className="flex flex-col gap-4 text-sm">
          <CheckList
            checks={[
              {
                key: 'rows',
                title: `${count(it.events, 'event')} in ${count(it.batches, 'sealed batch', 'sealed batches')}`,
                state: it.ok ? 'passed' : 'failed',
                detail: it.ok ? 'Rows, chain and signatures agree.' : `${count(it.findings.length, 'finding')}.`,
              },
              {
                key: 'unsealed',
                title: it.unsealed === 0 ? 'Nothing waits for its seal' : `${number(it.unsealed)} wait for their seal`,
                state: it.unsealed === 0 ? 'passed' : 'waiting',
                detail: it.unsealed === 0 ? undefined : 'The newest events are sealed within the next seconds.',
              },
            ]}
            label="What was checked"
          />
          {it.findings.length > 0 ? (
            <ul className="flex max-h-60 list-disc flex-col gap-1 overflow-y-auto rounded-control bg-crit-soft py-2 ps-7 pe-3 text-xs">
              {it.findings.slice(0, SHOWN).map((finding) => (
                <li className="break-words" key={finding}>
                  {finding}
                </li>
              ))}
              {it.findings.length > SHOWN ? <li>and {number(it.findings.length - SHOWN)} more</li> : null}
            </ul>
          ) : null}
          {it.public_key ? (
            <div>
              <p className="mb-1 text-xs text-ink-3">The key that exports are checked with, anywhere:</p>
              <CodeBlock label="Public key" text={it.public_key} />
            </div>
          ) : null}
        </div>
      )}
    </Dialog>
  );
}
