// Requests that go on by themselves: after a sign-in over the page, and once after a pause that the server asked for.
// Not for: failures of any other kind (queries try again, changes are said). Invariants: what is sent again is the same request
// with the same idempotency key, and was not done the first time; signing in itself is never sent again.
import { signal } from '@/lib/signal';
import { signedOut, untilSignedIn } from './session';

/** Longer than this nobody waits before a page. */
const LONGEST_PAUSE = 60;

export interface Pause {
  /** When what waits goes on. */
  until: number;
  /** How many wait. */
  waiting: number;
}

/** What the server asked to wait for. */
export const pause = signal<Pause | null>(null);

type Send = (request: Request) => Promise<Response>;

const isOfSignIn = (url: string) => new URL(url).pathname.includes('/auth/');

/** Seconds that a 429 asks for; nothing when it does not say, or for too long. */
export function pauseOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? '');
  return response.status === 429 && seconds > 0 && seconds <= LONGEST_PAUSE ? seconds : undefined;
}

function rest(seconds: number, stop: AbortSignal): Promise<void> {
  const until = Math.max(pause.get()?.until ?? 0, Date.now() + seconds * 1000);
  pause.set({ until, waiting: (pause.get()?.waiting ?? 0) + 1 });
  return new Promise((go, end) => {
    const leave = () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', aborted);
      const now = pause.get();
      pause.set(now === null || now.waiting <= 1 ? null : { ...now, waiting: now.waiting - 1 });
    };
    const aborted = () => {
      leave();
      end(stop.reason);
    };
    const timer = setTimeout(() => {
      leave();
      go();
    }, seconds * 1000);
    if (stop.aborted) aborted();
    else stop.addEventListener('abort', aborted, { once: true });
  });
}

/** Sends a request, and sends it again when that is what the reader wants. */
export async function send(request: Request, by: Send): Promise<Response> {
  if (isOfSignIn(request.url)) return by(request);
  let answer = await by(request.clone());
  const seconds = pauseOf(answer);
  if (seconds !== undefined) {
    await rest(seconds, request.signal);
    answer = await by(request.clone());
  }
  if (answer.status !== 401) return answer;
  signedOut();
  await untilSignedIn(request.signal);
  return by(request.clone());
}
