// Two people for what cannot be taken back: one asks in the dashboard, another confirms or refuses it in theirs. On a server of its
// own, because the rule holds for everybody. Not for: who counts as a person (the server's tests). Invariant: nothing is done before.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type APIRequestContext, type Browser, test as base, expect, request } from '@playwright/test';
import { accessibleInBoth } from './fixtures';
import { ended, heard, server } from './real';

const PASSWORD = 'lamp river otter';

interface Person {
  api: APIRequestContext;
  open: (path: string) => Promise<import('@playwright/test').Page>;
}

async function signedIn(browser: Browser, url: string, username: string): Promise<Person> {
  const api = await request.newContext({
    baseURL: url,
    ignoreHTTPSErrors: true,
    extraHTTPHeaders: { origin: url },
    storageState: { cookies: [], origins: [] },
  });
  const answer = await api.post('/api/v1/auth/login', { data: { username, password: PASSWORD } });
  expect(answer.ok(), await answer.text()).toBe(true);
  const context = await browser.newContext({
    baseURL: url,
    ignoreHTTPSErrors: true,
    storageState: await api.storageState(),
  });
  return {
    api,
    open: async (path) => {
      const page = await context.newPage();
      await page.goto(path);
      return page;
    },
  };
}

const test = base.extend<{ url: string; ann: Person; ben: Person }>({
  url: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'certctl-two-'));
    const child = server(join(folder, 'server'));
    const link = await heard(child, /(https:\/\/\S+\/setup#token=[\w-]+)/);
    const [url = '', token = ''] = link.split('/setup#token=');
    const first = await request.newContext({
      baseURL: url,
      ignoreHTTPSErrors: true,
      extraHTTPHeaders: { origin: url },
    });
    const made = await first.post('/api/v1/auth/setup', {
      data: { token, user: { username: 'ann', password: PASSWORD } },
    });
    expect(made.ok(), await made.text()).toBe(true);
    await first.dispose();
    await use(url);
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  },
  ann: async ({ browser, url }, use) => {
    const ann = await signedIn(browser, url, 'ann');
    for (const [username, role] of [
      ['ben', 'admin'],
      ['oda', 'operator'],
    ]) {
      const made = await ann.api.post('/api/v1/users', {
        data: { id: `u-${username}`, username, role, password: PASSWORD },
      });
      expect(made.ok(), await made.text()).toBe(true);
    }
    await use(ann);
  },
  ben: async ({ browser, url, ann }, use) => {
    expect(ann).toBeDefined();
    await use(await signedIn(browser, url, 'ben'));
  },
});

test('one person asks, another confirms, and a third thing is refused', async ({ ann, ben }) => {
  const asking = await ann.open('/settings/two-people');
  await expect(asking.getByText('1 other person could confirm what you ask for.')).toBeVisible();
  await asking.getByRole('button', { name: 'Switch on…' }).click();
  await asking.getByRole('dialog').getByRole('button', { name: 'Switch on' }).click();
  await expect(asking.getByText('Two people are needed from now on')).toBeVisible();
  await accessibleInBoth(asking, 'the rule');

  await asking.goto('/settings/users');
  await asking.getByRole('button', { name: /^Actions for oda/ }).click();
  await asking.getByRole('menuitem', { name: 'Role and scope…' }).click();
  await asking.getByRole('combobox', { name: 'Role' }).click();
  await asking.getByRole('option', { name: 'Admin' }).click();
  await asking.getByLabel('Type oda to make an admin of them').fill('oda');
  await asking.getByRole('dialog').getByRole('button', { name: 'Ask for confirmation' }).click();
  await expect(asking.getByText('Asked for confirmation: Make oda an admin').first()).toBeVisible();
  const role = async () => (await (await ann.api.get('/api/v1/users/u-oda')).json()).role;
  expect(await role()).toBe('operator');
  await asking.goto('/approvals');
  await expect(asking.getByRole('heading', { name: 'Make oda an admin' })).toBeVisible();
  await expect(asking.getByText('You cannot confirm it: you asked for it, so another admin has to.')).toBeVisible();
  await expect(asking.getByRole('button', { name: 'Confirm', exact: true })).toHaveAttribute('aria-disabled', 'true');

  const deciding = await ben.open('/approvals');
  await expect(deciding.getByRole('heading', { name: 'Make oda an admin' })).toBeVisible();
  await expect(deciding.getByText('An admin may do everything')).toBeVisible();
  await accessibleInBoth(deciding, 'what waits for a second person');
  await deciding.getByRole('button', { name: 'Confirm', exact: true }).click();
  await expect(deciding.getByText('Done: Make oda an admin').first()).toBeVisible();
  expect(await role()).toBe('admin');

  await asking.goto('/settings/two-people');
  await asking.getByRole('button', { name: 'Switch off…' }).click();
  const dialog = asking.getByRole('dialog');
  await expect(dialog).toContainText('Until then the rule stays on');
  await dialog.getByRole('button', { name: 'Ask for confirmation' }).click();
  await deciding.goto('/approvals');
  await deciding.getByRole('button', { name: 'Refuse…' }).click();
  await deciding.getByRole('dialog').getByLabel('Reason').fill('It is there for a reason');
  await deciding.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click();
  await expect(deciding.getByText('Refused: Switch off the rule of two people').first()).toBeVisible();
  expect((await (await ann.api.get('/api/v1/access-rules')).json()).two_people).toBe(true);
});
