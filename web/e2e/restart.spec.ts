// The server is killed and comes back: the page says so, keeps what it shows and where it stands, and goes on by itself.
// On a demo of its own, since it is killed. Not for: what the stream carries (unit tests).
import { createServer } from 'node:net';
import { test as base, expect, type Page } from '@playwright/test';
import { type Demo, folder, run } from './demo';
import { apiAs, sessionOf, watched } from './hands';

/** A port that is free, to be listened on twice. */
const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** Where the rows stand, in pixels, and what is chosen. */
const standing = (page: Page) =>
  page.getByRole('grid', { name: 'Certificates' }).evaluate((grid) => ({
    scrolled: grid.scrollTop,
    rows: [...grid.querySelectorAll('[role=rowgroup] [role=row]')]
      .map((row) => `${Math.round(row.getBoundingClientRect().top)} ${row.querySelector('a')?.textContent ?? ''}`)
      .sort(),
    selected: grid.querySelectorAll('[aria-selected=true]').length,
  }));

base('a page outlives its server', async ({ browser }) => {
  base.setTimeout(180_000);
  const { data, remove } = folder();
  const listen = `127.0.0.1:${await freePort()}`;
  let demo: Demo = await run(data, listen, false);
  try {
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      baseURL: demo.url,
      // Too low for all rows, so that there is something to scroll.
      viewport: { width: 1440, height: 600 },
      storageState: await sessionOf(demo.url, demo.key),
    });
    const page = await context.newPage();
    // A server that is not there is said by the browser too.
    const faults = await watched(page, (text) => /net::ERR_|Failed to load resource/.test(text));
    await page.goto('/certificates?sort=name&cols=name,owner,environment');
    const grid = page.getByRole('grid', { name: 'Certificates' });
    await expect(grid).toHaveAttribute('aria-rowcount', '17');
    await expect(page.getByRole('status').filter({ hasText: 'Live' })).toBeVisible();
    await grid.getByRole('checkbox', { name: 'Select build.example.internal' }).click();
    await grid.evaluate((element) => element.scrollTo(0, 130));
    await expect.poll(async () => (await standing(page)).scrolled).toBe(130);
    await expect(grid).not.toHaveAttribute('aria-busy', 'true');
    const before = await standing(page);
    expect(before.selected).toBe(1);

    await demo.end('SIGKILL');
    const bar = page.getByText(/^Live updates stopped \d+\s(s|min) ago\.$/);
    await expect(page.getByRole('status').filter({ hasText: 'Reconnecting' })).toBeVisible({ timeout: 20_000 });
    await expect(bar).toBeVisible({ timeout: 45_000 });
    expect(await standing(page)).toEqual(before);

    demo = await run(data, listen, false);
    // Unless it is back by itself already.
    const again = page.getByRole('button', { name: 'Reconnect now' });
    await again
      .or(page.getByRole('status').filter({ hasText: 'Live' }))
      .first()
      .waitFor();
    if (await again.isVisible()) await again.click({ timeout: 5_000 }).catch(() => undefined);
    await expect(bar).toBeHidden({ timeout: 45_000 });
    await expect(page.getByRole('status').filter({ hasText: 'Live' })).toBeVisible();
    await expect(grid).not.toHaveAttribute('aria-busy', 'true');
    expect(await standing(page)).toEqual(before);

    // What happens from now on is seen without a reload, in its place.
    const { api, close } = await apiAs(demo.url, demo.key);
    await api.post('/certificates', { names: ['zoo.example.internal'], agent_ids: ['ag-mail-1'] });
    await close();
    const news = page.getByRole('button', { name: '1 new: refresh' });
    await expect(news).toBeVisible();
    expect(await standing(page)).toEqual(before);
    await news.click();
    await expect(grid).toHaveAttribute('aria-rowcount', '18');
    expect(faults).toEqual([]);
    await context.close();
  } finally {
    await demo.end();
    remove();
  }
});
