// What went wrong with a request, as the page needs it: a sentence, a code, the request to quote.
// Not for: showing it. Invariant: anything that is thrown becomes one of these by `of`.
import type { Problem } from './types';

/** Sentences for the codes that every page can meet; what is special to an action is said where it is done. */
const sentences: Record<string, string> = {
  unavailable: 'The server is up, but cannot do this right now.',
  internal: 'The server met a fault of its own. It is in its log under the request below.',
  timed_out: 'The server took too long to answer.',
  rate_limited: 'Too many requests from here. They are let through again in a moment.',
  not_found: 'It is not there: it may have been removed, or it is outside what you may see.',
};

/** What the server says, as a sentence of a page. */
const asSentence = (text: string): string => {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
};

/** Which right is missing, and who can give it. */
function forbidden(problem: Problem | undefined): string | undefined {
  const { permission } = (problem?.params ?? {}) as { permission?: string };
  return (
    permission &&
    `It takes the right “${permission}”, which your role does not have. An admin can give you a role that has it.`
  );
}

export class ApiError extends Error {
  override name = 'ApiError';

  constructor(
    message: string,
    /** 0 when there was no answer at all. */
    readonly status: number,
    readonly problem?: Problem,
  ) {
    super(message);
  }

  get code(): string {
    return this.problem?.code ?? (this.status === 0 ? 'no_answer' : 'unknown');
  }

  get requestId(): string | undefined {
    return this.problem?.request_id;
  }

  get sentence(): string {
    if (this.code === 'forbidden') return forbidden(this.problem) ?? asSentence(this.message);
    return sentences[this.code] ?? asSentence(this.message);
  }

  /** The fault of one field, by its JSON pointer (`/names/0`). */
  at(pointer: string): string | undefined {
    return this.problem?.errors?.find((error) => error.pointer === pointer)?.detail;
  }

  static of(error: unknown): ApiError {
    if (error instanceof ApiError) return error;
    if (error instanceof TypeError) return new ApiError('The server did not answer.', 0);
    return new ApiError(error instanceof Error ? error.message : String(error), 0);
  }
}
