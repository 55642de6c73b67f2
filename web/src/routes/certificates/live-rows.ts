// Events in an open list: rows that are here are patched in place; what came or went is counted and waits for the reader.
// Invariant: the order does not change by itself.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { q } from '@/api/client';
import { onEvent } from '@/api/live';
import { certificateOf } from '@/api/live-cache';
import type { Certificate } from '@/api/types';
import type { Source } from '@/components/data-grid/source';
import { useLatest } from '@/lib/latest';

const AT_ONCE = 20;

export function useLiveRows(source: Source<Certificate>, scope: string) {
  const queries = useQueryClient();
  const latest = useLatest(source);
  const [news, setNews] = useState({ scope, added: 0, gone: 0 });
  useEffect(() => {
    const dirty = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = async () => {
      timer = undefined;
      const here = new Set(latest.current.loaded().map(({ row }) => row.id));
      const ids = [...dirty].filter((id) => here.has(id)).slice(0, AT_ONCE);
      dirty.clear();
      for (const id of ids) {
        try {
          latest.current.patch(
            await queries.fetchQuery({ ...q('/certificates/{id}', { path: { id } }), staleTime: 0 }),
          );
        } catch {
          // It may be gone or out of sight: the list says so when it is asked for anew.
        }
      }
    };
    const stop = onEvent((event) => {
      if (event.kind === 'certificate.create' || event.kind === 'certificate.import')
        setNews((was) => ({
          scope,
          added: (was.scope === scope ? was.added : 0) + 1,
          gone: was.scope === scope ? was.gone : 0,
        }));
      else if (event.kind === 'certificate.archive')
        setNews((was) => ({
          scope,
          gone: (was.scope === scope ? was.gone : 0) + 1,
          added: was.scope === scope ? was.added : 0,
        }));
      const id = certificateOf(event);
      if (id === undefined || event.kind === 'job.step') return;
      dirty.add(id);
      timer ??= setTimeout(() => void flush(), 1000);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [latest, queries, scope]);
  const current = news.scope === scope ? news : { added: 0, gone: 0 };
  return {
    ...current,
    refresh: () => {
      setNews({ scope, added: 0, gone: 0 });
      source.refresh();
    },
  };
}
