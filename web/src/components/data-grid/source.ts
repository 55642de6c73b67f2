// Where a grid's rows come from: how many there are, and which are here. Two ways: with anchors (any place of the list is one
// request) and one page after the other. Not for: drawing. Invariants: the order stays as it was fetched until the reader asks
// for it anew; a row is patched in place by its id.
import { keepPreviousData, useInfiniteQuery, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';

export interface Row {
  id: string;
}

export interface Source<T extends Row> {
  total: number;
  /** Whether `total` is still an estimate. */
  approximate: boolean;
  at: (index: number) => T | undefined;
  indexOf: (id: string) => number;
  /** Loaded rows, with their places. */
  loaded: () => { index: number; row: T }[];
  patch: (row: T) => void;
  refresh: () => void;
  pending: boolean;
  fetching: boolean;
  error: unknown;
  updatedAt: number;
}

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

/** The first and last row that is looked at. */
export interface Range {
  from: number;
  to: number;
}

const STEP = 200;
const LIMIT = 500;

interface Anchored<T extends Row> {
  /** Tells one list from another: its path and filters. */
  key: readonly unknown[];
  anchors: (signal: AbortSignal) => Promise<{ total: number; every: number; anchors: string[]; approximate: boolean }>;
  page: (cursor: string | undefined, limit: number, signal: AbortSignal) => Promise<Page<T>>;
  /** How many there are: anchors of a great list can take seconds the first time, the count does not. */
  count?: (signal: AbortSignal) => Promise<number>;
  /** What is looked at, once scrolling has settled. */
  range: Range;
}

/** Rows of a keyset list with a cursor for each `every` rows: the scrollbar can be dragged anywhere. */
export function useAnchored<T extends Row>({ key, anchors, page, count, range }: Anchored<T>): Source<T> {
  const queries = useQueryClient();
  const map = useQuery({
    queryKey: ['grid', ...key, 'anchors'],
    queryFn: ({ signal }) => anchors(signal),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
  const waiting = map.data === undefined || map.isPlaceholderData;
  const counted = useQuery({
    queryKey: ['grid', ...key, 'count'],
    queryFn: ({ signal }) => count?.(signal) ?? 0,
    enabled: waiting && count !== undefined,
  }).data;
  const every = map.data?.every ?? STEP;
  const total = (waiting ? counted : undefined) ?? map.data?.total ?? 0;
  const last = waiting ? 0 : Math.max(0, Math.ceil(total / every) - 1);

  const wanted: number[] = [];
  for (
    let block = Math.max(0, Math.floor(range.from / every));
    block <= Math.min(last, Math.floor(range.to / every));
    block += 1
  )
    wanted.push(block);

  const keyOf = (block: number) => ['grid', ...key, 'block', every, block];
  const blocks = useQueries({
    queries: wanted.map((block) => ({
      queryKey: keyOf(block),
      staleTime: 30_000,
      enabled: block === 0 || !waiting,
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const rows: T[] = [];
        let cursor = block === 0 ? undefined : map.data?.anchors[block - 1];
        do {
          const got: Page<T> = await page(cursor, Math.min(LIMIT, every - rows.length), signal);
          rows.push(...got.items);
          cursor = got.next_cursor ?? undefined;
        } while (cursor !== undefined && rows.length < every);
        return rows;
      },
    })),
  });

  const at = (index: number) => queries.getQueryData<T[]>(keyOf(Math.floor(index / every)))?.[index % every];
  const loaded = () => {
    const all: { index: number; row: T }[] = [];
    for (const [found, rows] of queries.getQueriesData<T[]>({ queryKey: ['grid', ...key, 'block', every] })) {
      const start = (found.at(-1) as number) * every;
      rows?.forEach((row, offset) => all.push({ index: start + offset, row }));
    }
    return all;
  };
  const failed = blocks.find((block) => block.isError);
  return {
    total: map.data === undefined ? (counted ?? blocks[0]?.data?.length ?? 0) : total,
    approximate: map.data?.approximate ?? counted === undefined,
    at,
    indexOf: (id) => loaded().find(({ row }) => row.id === id)?.index ?? -1,
    loaded,
    patch: (row) => {
      for (const [found, rows] of queries.getQueriesData<T[]>({ queryKey: ['grid', ...key, 'block'] })) {
        if (rows?.some((other) => other.id === row.id))
          queries.setQueryData(
            found,
            rows.map((other) => (other.id === row.id ? row : other)),
          );
      }
    },
    refresh: () => void queries.invalidateQueries({ queryKey: ['grid', ...key] }),
    pending: map.isPending && counted === undefined,
    fetching: map.isFetching || blocks.some((block) => block.isFetching),
    error: map.error ?? failed?.error ?? null,
    updatedAt: Math.max(map.dataUpdatedAt, ...blocks.map((block) => block.dataUpdatedAt)),
  };
}

interface Sequential<T extends Row> {
  key: readonly unknown[];
  page: (
    cursor: string | undefined,
    limit: number,
    signal: AbortSignal,
  ) => Promise<Page<T> & { total?: number | null }>;
  range: Range;
}

/** Rows of a list without anchors: the next page comes when the end comes near. `page` asks for `total` with the first. */
export function useSequential<T extends Row>({ key, page, range }: Sequential<T>): Source<T> {
  const queries = useQueryClient();
  const queryKey = ['grid', ...key, 'pages'];
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => page(pageParam, STEP, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (lastPage) => lastPage.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const rows = useMemo(() => list.data?.pages.flatMap((each) => each.items) ?? [], [list.data]);
  const more = list.hasNextPage && !list.isFetching && range.to > rows.length - STEP / 2;
  if (more) queueMicrotask(() => void list.fetchNextPage());
  const patch = useCallback(
    (row: T) =>
      queries.setQueryData<typeof list.data>(
        queryKey,
        (data) =>
          data && {
            ...data,
            pages: data.pages.map((each) => ({
              ...each,
              items: each.items.map((other) => (other.id === row.id ? row : other)),
            })),
          },
      ),
    // oxlint-disable-next-line react/exhaustive-deps
    [queries, JSON.stringify(queryKey)],
  );
  return {
    total: Math.max(rows.length, list.data?.pages[0]?.total ?? 0),
    approximate: list.hasNextPage,
    at: (index) => rows[index],
    indexOf: (id) => rows.findIndex((row) => row.id === id),
    loaded: () => rows.map((row, index) => ({ index, row })),
    patch,
    refresh: () => void queries.invalidateQueries({ queryKey: ['grid', ...key] }),
    pending: list.isPending,
    fetching: list.isFetching,
    error: list.error,
    updatedAt: list.dataUpdatedAt,
  };
}
