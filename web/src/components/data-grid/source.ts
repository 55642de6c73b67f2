// Where a grid's rows come from: how many there are, and which are here. Two ways: with anchors (any place of the list is one
// request) and one page after the other. Not for: drawing. Invariants: the order stays as it was fetched until the reader asks
// for it anew; a row is patched in place by its id.
import {
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useQueries,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
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
  /** Fetches the first rows, as far as they are not here. */
  fill: (count: number) => Promise<unknown>;
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

/** A list whose rows are found from any of its anchors. */
export interface Anchored<T extends Row> {
  /** Tells one list from another: its path and filters. */
  key: readonly unknown[];
  anchors: (signal: AbortSignal) => Promise<{ total: number; every: number; anchors: string[]; approximate: boolean }>;
  page: (cursor: string | undefined, limit: number, signal: AbortSignal) => Promise<Page<T>>;
  /** How many there are: anchors of a great list can take seconds the first time, the count does not. */
  count?: (signal: AbortSignal) => Promise<number>;
}

interface Signalled {
  signal: AbortSignal;
}

const anchorsOf = <T extends Row>({ key, anchors }: Anchored<T>) => ({
  queryKey: ['grid', ...key, 'anchors'],
  queryFn: ({ signal }: Signalled) => anchors(signal),
  staleTime: 30_000,
});

const countOf = <T extends Row>({ key, count }: Anchored<T>) => ({
  queryKey: ['grid', ...key, 'count'],
  queryFn: async ({ signal }: Signalled) => (await count?.(signal)) ?? 0,
});

/** The rows from one anchor to the next; the first begin without one. */
const blockOf = <T extends Row>({ key, page }: Anchored<T>, every: number, block: number, anchor?: string) => ({
  queryKey: ['grid', ...key, 'block', every, block],
  staleTime: 30_000,
  queryFn: async ({ signal }: Signalled) => {
    const rows: T[] = [];
    let cursor = anchor;
    do {
      const got: Page<T> = await page(cursor, Math.min(LIMIT, every - rows.length), signal);
      rows.push(...got.items);
      cursor = got.next_cursor ?? undefined;
    } while (cursor !== undefined && rows.length < every);
    return rows;
  },
});

// Only what was never asked for: rows that are here stay as they are until the page asks anew.
const unasked = { staleTime: Number.POSITIVE_INFINITY };

/** Asks for the beginning of a list before its page is drawn. */
export function beginAnchored<T extends Row>(queries: QueryClient, list: Anchored<T>): Promise<unknown> {
  void queries.prefetchQuery({ ...anchorsOf(list), ...unasked });
  const count = list.count === undefined ? undefined : queries.prefetchQuery({ ...countOf(list), ...unasked });
  return Promise.all([count, queries.prefetchQuery({ ...blockOf(list, STEP, 0), ...unasked })]);
}

/** Rows of a keyset list with a cursor for each `every` rows: the scrollbar can be dragged anywhere. `range` is what is looked
 * at, once scrolling has settled. */
export function useAnchored<T extends Row>(list: Anchored<T>, range: Range): Source<T> {
  const { key, count } = list;
  const queries = useQueryClient();
  const map = useQuery({ ...anchorsOf(list), placeholderData: keepPreviousData });
  const waiting = map.data === undefined || map.isPlaceholderData;
  const counted = useQuery({ ...countOf(list), enabled: waiting && count !== undefined }).data;
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

  const blocks = useQueries({
    queries: wanted.map((block) => ({
      ...blockOf(list, every, block, block === 0 ? undefined : map.data?.anchors[block - 1]),
      enabled: block === 0 || !waiting,
    })),
  });

  const at = (index: number) =>
    queries.getQueryData<T[]>(['grid', ...key, 'block', every, Math.floor(index / every)])?.[index % every];
  const loaded = () => {
    const all: { index: number; row: T }[] = [];
    for (const [found, rows] of queries.getQueriesData<T[]>({ queryKey: ['grid', ...key, 'block', every] })) {
      const start = (found.at(-1) as number) * every;
      rows?.forEach((row, offset) => all.push({ index: start + offset, row }));
    }
    return all;
  };
  const fill = (rows: number) => {
    const n = Math.min(waiting ? 1 : last + 1, Math.ceil(rows / every));
    const asked = Array.from({ length: n }, (_, block) =>
      queries.prefetchQuery({
        ...blockOf(list, every, block, block === 0 ? undefined : map.data?.anchors[block - 1]),
        ...unasked,
      }),
    );
    return Promise.all(asked);
  };
  const failed = blocks.find((block) => block.isError);
  return {
    total: map.data === undefined ? (counted ?? blocks[0]?.data?.length ?? 0) : total,
    approximate: map.data?.approximate ?? counted === undefined,
    at,
    indexOf: (id) => loaded().find(({ row }) => row.id === id)?.index ?? -1,
    loaded,
    fill,
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

/** A list that is read from its beginning. */
export interface Sequential<T extends Row> {
  key: readonly unknown[];
  page: (
    cursor: string | undefined,
    limit: number,
    signal: AbortSignal,
  ) => Promise<Page<T> & { total?: number | null }>;
}

const pagesOf = <T extends Row>({ key, page }: Sequential<T>) => ({
  queryKey: ['grid', ...key, 'pages'],
  queryFn: ({ pageParam, signal }: Signalled & { pageParam: string | undefined }) => page(pageParam, STEP, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (lastPage: Page<T>) => lastPage.next_cursor ?? undefined,
  staleTime: 30_000,
});

/** Asks for the beginning of a list before its page is drawn. */
export function beginSequential<T extends Row>(queries: QueryClient, list: Sequential<T>): Promise<unknown> {
  return queries.prefetchInfiniteQuery({ ...pagesOf(list), ...unasked });
}

/** Rows of a list without anchors: the next page comes when the end comes near. `page` asks for `total` with the first. */
export function useSequential<T extends Row>(of: Sequential<T>, range: Range): Source<T> {
  const queries = useQueryClient();
  const { queryKey, ...pages } = pagesOf(of);
  const list = useInfiniteQuery({ ...pages, queryKey, placeholderData: keepPreviousData });
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
    refresh: () => void queries.invalidateQueries({ queryKey: ['grid', ...of.key] }),
    fill: async (count) => {
      let { hasNextPage, data } = list;
      while (hasNextPage && (data?.pages.flatMap((each) => each.items).length ?? 0) < count)
        ({ hasNextPage, data } = await list.fetchNextPage());
    },
    pending: list.isPending,
    fetching: list.isFetching,
    error: list.error,
    updatedAt: list.dataUpdatedAt,
  };
}
