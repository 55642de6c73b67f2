// The client of the API, typed by its document, and the shape of every query.
// To read: `useQuery(q('/jobs', { query: { state: 'Running' } }))`. To change: `client.POST(...)` through `taken`.
// Not for: what a page shows. Invariants: keys are [path, params], so that an event can name what it touches; a refusal is
// thrown as an ApiError; a 401 opens the sign-in dialog over the page, and the request goes on after it.
import { queryOptions } from '@tanstack/react-query';
import createClient from 'openapi-fetch';
import { inScope } from '@/lib/scope';
import { ApiError } from './error';
import { kept, removing } from './gone';
import { send } from './resend';
import type { Problem, paths } from './types';

export const BASE = '/api/v1';

export const client = createClient<paths>({
  baseUrl: BASE,
  credentials: 'same-origin',
  // Looked up at each call, so that a test can put another in its place.
  fetch: (request) => send(request, (each) => globalThis.fetch(each)),
});

client.use({
  onRequest({ request, params }) {
    if (request.method === 'DELETE') removing(params);
    // The same change sent twice by the network is done once.
    if (request.method === 'POST' && !request.headers.has('idempotency-key')) {
      request.headers.set('idempotency-key', crypto.randomUUID());
    }
    return request;
  },
  onResponse({ request, response, params }) {
    // A certificate that is archived or an agent that is retired is answered with; what is removed is not.
    if (request.method === 'DELETE' && response.status !== 204) kept(params);
  },
});

/** The data of an answer; throws what it says when it is a refusal. */
export async function taken<D>(answer: Promise<{ data?: D; error?: unknown; response: Response }>): Promise<D> {
  const { data, error, response } = await answer;
  if (!response.ok) throw refusal(response, error);
  return data as D;
}

export function refusal(response: Response, error: unknown): ApiError {
  const problem = typeof error === 'object' && error !== null && 'code' in error ? (error as Problem) : undefined;
  return new ApiError(problem?.detail ?? `The server answered ${response.status}.`, response.status, problem);
}

type GetPath = {
  [P in keyof paths]: paths[P] extends { get: { responses: { 200: { content: { 'application/json': unknown } } } } }
    ? P
    : never;
}[keyof paths];
type Params<P extends GetPath> = paths[P] extends { get: { parameters: infer X } } ? X : never;
export type Data<P extends GetPath> = paths[P] extends {
  get: { responses: { 200: { content: { 'application/json': infer D } } } };
}
  ? D
  : never;
export type QueryOf<P extends GetPath> = Params<P> extends { query?: infer Q } ? Q : never;

/** The parameters as the page's scope limits them. They are part of the key: another scope is another query. */
function scoped<P extends object>(path: string, params: P): P {
  const { query = {} } = params as { query?: Readonly<Record<string, unknown>> };
  const limited = inScope(path, query);
  return limited === query ? params : { ...params, query: limited };
}

/** A query of the API: `q('/certificates/{id}', { path: { id } })`. */
export function q<P extends GetPath>(path: P, given?: Omit<Params<P>, 'header' | 'cookie'>) {
  const params = scoped(path, given ?? {});
  return queryOptions({
    queryKey: [path, params] as const,
    queryFn: async ({ signal }): Promise<Data<P>> => {
      // openapi-fetch cannot follow a path that is a type parameter; the types above hold both ends.
      const get = client.GET as unknown as (
        path: P,
        init: object,
      ) => Promise<{ data?: Data<P>; error?: unknown; response: Response }>;
      const { data, error, response } = await get(path, { params, signal });
      if (!response.ok || data === undefined) throw refusal(response, error);
      return data;
    },
  });
}
