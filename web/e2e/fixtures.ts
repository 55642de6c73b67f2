// What each test has: a page that is signed in, and that fails the test when anything is written to the console as an error
// (a violation of the content policy is one). Not for: what a test does.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { nowhere } from '../scripts/places.mjs';
import { serverOf } from './demo';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/** What the page writes to the console as an error. */
function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    const isExpected = message.location().url.endsWith(nowhere);
    if (message.type() === 'error' && !isExpected) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  return faults;
}

async function signIn(page: Page, key: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'API key' }).click();
  await page.getByLabel('API key', { exact: true }).last().fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
}

export const test = base.extend<{ signedIn: Page; anywhere: Page }, { url: string; session: Cookies }>({
  url: [async ({}, use, worker) => use(serverOf(worker).url), { scope: 'worker' }],
  baseURL: async ({ url }, use) => use(url),
  /** Signed in as a person does it, once. */
  session: [
    async ({ browser, url }, use, worker) => {
      const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: url });
      await signIn(await context.newPage(), serverOf(worker).key);
      const cookies = await context.cookies();
      await context.close();
      await use(cookies);
    },
    { scope: 'worker' },
  ],
  /** A page that has been nowhere, in a session that all of the file share. */
  anywhere: async ({ page, context, session }, use) => {
    await context.addCookies(session);
    const faults = faultsOf(page);
    await use(page);
    expect(faults).toEqual([]);
  },
  /** On the overview. */
  signedIn: async ({ anywhere: page }, use) => {
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
    await use(page);
  },
});

interface Axe {
  configure: (options: object) => void;
  run: (options: object) => Promise<{
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
  }>;
}

const all = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** All that a change of theme changes. */
const colours = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };

/** What floats belongs to the control that opened it and not to a landmark: dialogs by axe itself, menus and lists alike. */
const floating = 'dialog, [role=dialog], [role=alertdialog], [role=menu], [role=listbox], [role=tooltip], svg';

/** Nothing that axe finds fault with on the page as it is; `what` names the place when it does. */
export async function accessible(page: Page, what = page.url(), rules: string[] | object = all): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(axe);
    await page.evaluate((regionMatcher) => {
      (window as unknown as { axe: Axe }).axe.configure({ checks: [{ id: 'region', options: { regionMatcher } }] });
    }, floating);
  }
  const found = await page.evaluate(async (runOnly) => {
    const { violations } = await (window as unknown as { axe: Axe }).axe.run({ runOnly });
    // What lies half under an open menu is no target until the menu is gone.
    const isOver = document.querySelector('[role=dialog], [role=menu], [role=listbox]') !== null;
    const counts = ({ failureSummary }: { failureSummary: string }) =>
      !(isOver && failureSummary.includes('partially obscured'));
    return violations
      .map(({ id, nodes }) => ({ id, nodes: nodes.filter(counts) }))
      .filter(({ nodes }) => nodes.length > 0)
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes.length} × ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary.slice(0, 260)}`,
      );
  }, rules);
  expect.soft(found, what).toEqual([]);
}

/** The same in both themes, without motion: nothing may fade while it looks. */
export async function accessibleInBoth(page: Page, what = page.url()): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const paint = (theme: string) => page.evaluate((name) => (document.documentElement.dataset.theme = name), theme);
  await paint('light');
  await accessible(page, `${what}, light`);
  await paint('dark');
  await accessible(page, `${what}, dark`, colours);
}

export { expect };
