// What each test has: a page that is signed in, and that fails the test when anything is written to the console as an error
// (a violation of the content policy is one). Not for: what a test does.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test as base, expect, type Page } from '@playwright/test';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A place that the dashboard does not have: the server answers it with 404, and the browser says so on the console. */
export const nowhere = '/nothing-here';

export const test = base.extend<{ signedIn: Page }>({
  baseURL: async ({}, use) => use(process.env.E2E_URL),
  signedIn: async ({ page }, use) => {
    const faults: string[] = [];
    page.on('console', (message) => {
      const isExpected = message.location().url.endsWith(nowhere);
      if (message.type() === 'error' && !isExpected) faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'API key' }).click();
    await page
      .getByLabel('API key', { exact: true })
      .last()
      .fill(process.env.E2E_KEY ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
    // Before signing in, the page asks who it is and is told: nobody.
    faults.length = 0;
    await use(page);
    expect(faults).toEqual([]);
  },
});

/** Nothing that axe finds fault with on the page as it is. */
export async function accessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await (
      window as unknown as {
        axe: {
          run: (
            options: object,
          ) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
        };
      }
    ).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.length} × ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary.slice(0, 260)}`,
    );
  });
  expect(found).toEqual([]);
}

export { expect };
