// What a page is on paper: the certificate as a record, the audit log as a list. Not for: how many rows a list prints.
// Invariant: nothing to press and nowhere to go is printed, the colours are those of the light theme, and it says when it was
// printed, by whom, and from which address, which holds the filters.
import type { Page } from '@playwright/test';
import { settledAt } from '../scripts/places.mjs';
import { expect, test } from './fixtures';

test.use({ contextOptions: { reducedMotion: 'reduce' }, trace: 'off' });

/** As the browser prints it, and back. */
async function onPaper(page: Page): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
}

async function framed(page: Page): Promise<void> {
  await expect(page.getByText(/^Printed .+ UTC by .+ from https:\/\//)).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
  await expect(page.getByRole('button', { name: 'Search or run a command' })).toBeHidden();
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('light');
  // All of it flows over the sheets: nothing scrolls in itself.
  const scrolls = await page.evaluate(() =>
    [...document.querySelectorAll('main, main *')]
      .filter((element) => /auto|scroll/.test(getComputedStyle(element).overflowY))
      .filter((element) => element.scrollHeight > element.clientHeight + 1)
      .map((element) => element.outerHTML.slice(0, 160)),
  );
  expect(scrolls).toEqual([]);
}

/** The pages of the PDF, counted in its own words. */
const sheets = async (page: Page): Promise<number> =>
  [...(await page.pdf({ format: 'A4', printBackground: true })).toString('latin1').matchAll(/\/Type\s*\/Page\b/g)]
    .length;

test('a certificate is a record of one page', async ({ anywhere: page }) => {
  await settledAt(page, '/certificates/mc-shop');
  await page.evaluate(() => (document.documentElement.dataset.theme = 'dark'));
  await onPaper(page);
  await framed(page);
  await expect(page.getByRole('heading', { level: 1, name: 'shop.example.internal' })).toBeVisible();
  for (const fact of ['Serial', 'SHA-256', 'Names'])
    await expect(page.getByText(fact, { exact: true }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Renew now' })).toBeHidden();
  expect(await sheets(page)).toBeLessThanOrEqual(2);
});

test('the audit log prints its rows, and what it was filtered by', async ({ anywhere: page }) => {
  await settledAt(page, '/audit?action=certificate.create');
  const rows = page.locator('[role=rowgroup] [role=row], tbody tr');
  await expect.poll(() => rows.count()).toBeGreaterThan(10);
  // The row of the headers is one of them.
  const total = await page.getByRole('grid').getAttribute('aria-rowcount');
  await onPaper(page);
  await framed(page);
  await expect(page.getByText(/from https:\/\/\S+\/audit\?action=certificate\.create/)).toBeVisible();
  await expect.poll(() => rows.count()).toBe(Number(total) - 1);
  for (const name of ['Export', 'Export in another form'])
    await expect(page.getByRole('button', { name })).toBeHidden();
  const [first] = await rows.first().evaluateAll(([row]) => [row?.getBoundingClientRect().height ?? 0]);
  expect(first).toBeGreaterThan(16);
});
