// A signed-in page, clicks counted as the page hears them, and the API beside it to set the scene. Signing in happens once.
// Not for: what a test does. Invariants: a console error or a violation of the content policy fails the test; each scene has
// names of its own, so that no test depends on what another left.
import { type APIRequestContext, test as base, expect, type Page, request } from '@playwright/test';
import { serverOf } from './demo';

export interface Hands {
  /** Presses of the pointer since the page was loaded. */
  clicks: () => Promise<number>;
}

type State = Awaited<ReturnType<APIRequestContext['storageState']>>;

export class Api {
  constructor(private readonly context: APIRequestContext) {}

  // What comes back is read by name where it is used.
  // oxlint-disable-next-line typescript/no-explicit-any
  async get(path: string, params: Record<string, string | number | boolean> = {}): Promise<any> {
    const answer = await this.context.get(`/api/v1${path}`, { params });
    expect(answer.ok(), `GET ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
    return answer.json();
  }

  // oxlint-disable-next-line typescript/no-explicit-any
  async post(path: string, data: object): Promise<any> {
    const answer = await this.context.post(`/api/v1${path}`, { data });
    expect(answer.ok(), `POST ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
    return answer.json();
  }
}

/** Nobody is signed in: what the tests of a worker share is not to be ended by what one of them does. */
const NOBODY = { cookies: [], origins: [] };

/** The API at an address, for whoever has this key. */
export async function apiAs(url: string, key: string): Promise<{ api: Api; close: () => Promise<void> }> {
  const context = await request.newContext({
    baseURL: url,
    ignoreHTTPSErrors: true,
    storageState: NOBODY,
    // A connection for each request: one that was idle for long may be closed by the server in the moment it is used again.
    extraHTTPHeaders: { authorization: `Bearer ${key}`, connection: 'close' },
  });
  return { api: new Api(context), close: () => context.dispose() };
}

/** The cookies of a session that begins with a key. */
export async function sessionOf(url: string, key: string): Promise<State> {
  const context = await request.newContext({ baseURL: url, ignoreHTTPSErrors: true, storageState: NOBODY });
  const answer = await context.post('/api/v1/auth/login', { data: { api_key: key }, headers: { origin: url } });
  expect(answer.ok(), await answer.text()).toBe(true);
  const state = await context.storageState();
  await context.dispose();
  return state;
}

/** Notes errors of the console and violations of the content policy from now on. */
export async function watched(page: Page, isExpected: (text: string, url: string) => boolean): Promise<string[]> {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !isExpected(message.text(), message.location().url)) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  await page.exposeFunction('policyViolated', (what: string) => faults.push(`content policy: ${what}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      (window as unknown as { policyViolated: (what: string) => void }).policyViolated(
        `${event.effectiveDirective} ${event.blockedURI} ${event.sample}`,
      );
    });
  });
  return faults;
}

type Counting = { pointerPresses?: number };

/** Counts in the page itself. Fields that are filled and buttons pressed without the pointer are no clicks. */
async function counted(page: Page): Promise<Hands> {
  await page.addInitScript(() => {
    addEventListener(
      'pointerdown',
      (event) => {
        const counting = window as unknown as Counting;
        if (event.isTrusted) counting.pointerPresses = (counting.pointerPresses ?? 0) + 1;
      },
      true,
    );
  });
  return { clicks: () => page.evaluate(() => (window as unknown as Counting).pointerPresses ?? 0) };
}

export const test = base.extend<{ desk: Page; hands: Hands }, { url: string; session: State; api: Api }>({
  url: [async ({}, use, worker) => use(serverOf(worker).url), { scope: 'worker' }],
  session: [async ({ url }, use, worker) => use(await sessionOf(url, serverOf(worker).key)), { scope: 'worker' }],
  api: [
    async ({ url }, use, worker) => {
      const { api, close } = await apiAs(url, serverOf(worker).key);
      await use(api);
      await close();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ url }, use) => use(url),
  storageState: async ({ session }, use) => use(session),
  hands: async ({ page }, use) => use(await counted(page)),
  // The overview, signed in, with nothing pressed yet.
  desk: async ({ page, hands }, use) => {
    const faults = await watched(page, () => false);
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
    expect(await hands.clicks()).toBe(0);
    await use(page);
    expect(faults).toEqual([]);
  },
});

/** Presses keys one after the other: `press(page, 'g', 'c')`. What begins with G is one word, typed without a pause. */
export async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  if (keys[0] === 'g') await Promise.all(keys.map((key) => page.keyboard.press(key)));
  else for (const key of keys) await page.keyboard.press(key);
}

/** One of the values of a list in a form, by the pointer. */
export async function choose(page: Page, list: string, option: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name: list }).click();
  await page.getByRole('option', { name: option }).click();
}

let made = 0;

/** A name that nobody has. */
export const fresh = (what: string): string => {
  made += 1;
  return `${what}-${Date.now().toString(36)}${made}`;
};

/** The count beside the title of a list's page. */
export const totalOf = (page: Page) => page.locator('header h1 + span');

export const numberIn = (text: string): number => Number(text.replaceAll(/\D/g, ''));

export { expect };
