// Many tabs and a list in use: one stream for a browser, whoever holds it, and nothing that moves under the pointer. Not for: a server
// that goes away (restart.spec).
import type { Page, Request } from '@playwright/test';
import { settledAt } from '../scripts/places.mjs';
import { expect, fresh, test } from './hands';

test.use({ trace: 'off' });

const live = (page: Page) => expect(page.getByRole('status').filter({ hasText: 'Live' })).toBeVisible();
const names = (page: Page) =>
  page.getByRole('grid', { name: 'Certificates' }).evaluate((grid) =>
    [...grid.querySelectorAll('[role=rowgroup] [role=row]')]
      .map((row) => ({ top: row.getBoundingClientRect().top, name: row.querySelector('a')?.textContent ?? '' }))
      .filter(({ name }) => name !== '')
      .toSorted((a, b) => a.top - b.top)
      .map(({ top, name }) => `${Math.round(top)} ${name}`),
  );

test('six tabs hold one stream, and another takes it over', async ({ context, api }) => {
  const streams = new Map<Page, Request>();
  const isStream = (request: Request) => new URL(request.url()).pathname === '/api/v1/events';
  const tabs: Page[] = [];
  for (let i = 0; i < 6; i += 1) {
    const page = await context.newPage();
    page.on('request', (request) => isStream(request) && streams.set(page, request));
    page.on('requestfailed', (request) => streams.get(page) === request && streams.delete(page));
    page.on('close', () => streams.delete(page));
    tabs.push(page);
    await settledAt(page, '/certificates?sort=-created&cols=name,owner');
    await live(page);
  }
  await expect.poll(() => streams.size).toBe(1);
  const create = async () => {
    const name = fresh('tabs');
    await api.post('/certificates', { names: [`${name}.example.internal`], agent_ids: ['ag-mail-1'] });
  };
  await create();
  for (const page of tabs) await expect(page.getByRole('button', { name: /^1 new: refresh$/ })).toBeVisible();
  // The one that holds it goes: the next has it, and the others go on hearing.
  const [holder] = [...streams.keys()];
  await holder?.close();
  const left = tabs.filter((page) => page !== holder);
  await expect.poll(() => streams.size).toBe(1);
  for (const page of left) await live(page);
  await create();
  for (const page of left) await expect(page.getByRole('button', { name: /^2 new: refresh$/ })).toBeVisible();
  for (const page of left) await page.close();
});

test('a list that is in use keeps its order; what is new waits behind a pill', async ({ desk: page, api }) => {
  await settledAt(page, '/certificates?sort=name&cols=name,owner');
  const grid = page.getByRole('grid', { name: 'Certificates' });
  await expect(grid.getByRole('link').first()).toBeVisible();
  await live(page);
  await page.keyboard.press('j');
  const before = await names(page);
  // They would stand before the most.
  const word = fresh('first');
  for (let i = 0; i < 3; i += 1)
    await api.post('/certificates', { names: [`0-${word}-${i}.example.internal`], agent_ids: ['ag-mail-1'] });
  const pill = page.getByRole('button', { name: '3 new: refresh' });
  await expect(pill).toBeVisible();
  expect(await names(page)).toEqual(before);
  await pill.click();
  await expect.poll(async () => (await names(page)).filter((row) => row.includes(word)).length).toBe(3);
  await expect(pill).toBeHidden();
});
