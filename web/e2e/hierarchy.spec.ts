// certctl's own authorities: the tree of roots and what signs below them, and what takes their place. By mouse and by keyboard.
// Not for: what the certificates say (the server's tests verify chains). Invariant: each test has a CA of its own.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { accessibleInBoth } from './fixtures';
import { type Api, choose, expect, fresh, press, sessionOf, test } from './hands';
import { issued, until } from './scenes';

/** A local CA with a root of its own, and its issuing CA. */
async function localCa(api: Api, config: object = {}) {
  const name = fresh('CA');
  const issuer = await api.post('/issuers', { name, kind: 'local_ca', config: { common_name: name, ...config } });
  const { items } = await api.get('/cas', { issuer_id: issuer.id });
  const root = await api.get(`/cas/${items[0].parent_id}`);
  return { name, issuer: issuer.id as string, ca: items[0], root };
}

const states = async (api: Api, issuer: string) =>
  (await api.get('/cas', { issuer_id: issuer })).items
    .map((ca: { generation: number; state: string }) => `${ca.generation} ${ca.state}`)
    .toSorted();

/** The panel of the tree that an issuer is in. */
const branchOf = (page: Page, name: string) =>
  page
    .getByRole('main')
    .locator('section')
    .filter({ has: page.getByRole('link', { name, exact: true }) });

test('an issuing CA is replaced from its issuer’s page, and the issuer stays', async ({ desk: page, api }) => {
  const { name, issuer } = await localCa(api, { permitted_names: ['example.internal'] });
  const { id } = await issued(api, { issuer_id: issuer });
  await page.goto(`/issuers/${issuer}`);
  const generations = page.getByRole('region', { name: 'Generations' });
  await expect(generations.getByRole('row', { name: /^1 Signs/ })).toContainText('only example.internal');
  await expect(generations).toContainText('1 live');
  await generations.getByRole('button', { name: 'Replace issuing CA…' }).click();
  const dialog = page.getByRole('dialog', { name: `Replace the issuing CA of ${name}?` });
  await expect(dialog).toContainText('Generation 2 is made below the same root');
  await expect(dialog).toContainText('1 certificate that it has signed stays valid');
  await dialog.getByText('With another key or other limits').click();
  await choose(page, 'Key algorithm', /p384|P-384/i);
  await accessibleInBoth(page, 'replacing an issuing CA');
  await dialog.getByRole('button', { name: 'Replace issuing CA' }).click();
  await expect(page.getByText(`${name} signs with generation 2`)).toBeVisible();
  await expect(generations.getByRole('row', { name: /^2 Signs/ })).toContainText('P-384');
  await expect(generations.getByRole('row', { name: /^1 Draining/ })).toContainText('1 live');
  expect(await states(api, issuer)).toEqual(['1 draining', '2 active']);
  const next = (await api.get('/cas', { issuer_id: issuer, state: 'active' })).items[0];
  expect(next.permitted_names).toEqual(['example.internal']);
  // What renews goes over.
  await api.post(`/certificates/${id}/renew`, { force: true });
  await until(
    () => api.get(`/cas/${next.id}`),
    (ca) => ca.live_certificates === 1,
  );
});

test('a root is replaced by keys, and never by Enter alone', async ({ desk: page, hands, api }) => {
  const { name, issuer, root } = await localCa(api);
  const common = /CN=([^,]+)/.exec(root.subject)?.[1] ?? '';
  await page.goto('/issuers/hierarchy');
  const branch = branchOf(page, name);
  await expect(branch).toContainText('Active');
  const menu = branch.getByRole('button', { name: `Actions for the root ${common}` });
  await menu.focus();
  await press(page, '.');
  const item = page.getByRole('menuitem', { name: 'Replace root…' });
  await expect(item).toBeVisible();
  await press(page, 'ArrowUp');
  await expect(item).toBeFocused();
  await press(page, 'Enter');
  const dialog = page.getByRole('dialog', { name: `Replace the root ${common}?` });
  await expect(dialog).toContainText('The issuing CA below it gets its next generation below the new root');
  await expect(dialog).toContainText('Every client has to trust the new root before this one ends');
  await accessibleInBoth(page, 'replacing a root');
  await dialog.getByLabel(`Type ${common} to confirm`).focus();
  await page.keyboard.type(common);
  await press(page, 'Enter');
  await expect(dialog).toBeVisible();
  expect(await states(api, issuer)).toEqual(['1 active']);
  await press(page, 'Control+Enter');
  await expect(dialog).toBeHidden();
  expect(await states(api, issuer)).toEqual(['1 draining', '2 active']);
  // Two trees now: the new root, which the old one has signed, and the old one, which drains.
  await expect(branchOf(page, name)).toHaveCount(2);
  await expect(branchOf(page, name).first()).toContainText('cross-signed by');
  await expect(branchOf(page, name).last()).toContainText('Draining');
  await accessibleInBoth(page);
  expect(await hands.clicks()).toBe(0);
});

test('a CA is made below a root that is there, and the bundle has each root once', async ({ desk: page, api }) => {
  const { root } = await localCa(api);
  const common = /CN=([^,]+)/.exec(root.subject)?.[1] ?? '';
  const name = fresh('Below');
  await page.goto('/issuers/new/local_ca');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await choose(page, 'Root', new RegExp(`^${common}`));
  await page.getByRole('button', { name: 'Make and test' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'The test passed' })).toBeVisible();
  await page.getByRole('region', { name: 'Generations' }).getByRole('link', { name: 'Hierarchy' }).click();
  await expect(branchOf(page, name)).toContainText(common);
  const bundle = page.getByRole('link', { name: 'Trust bundle' });
  const [download] = await Promise.all([page.waitForEvent('download'), bundle.click()]);
  const text = readFileSync(await download.path(), 'utf8');
  expect(text.split(root.pem.trim())).toHaveLength(2);
});

test('who may not manage issuers sees the tree, and why nothing is replaced', async ({ url, browser, api }) => {
  const { secret } = await api.post('/api-keys', { name: fresh('reader'), role: 'viewer' });
  const context = await browser.newContext({
    baseURL: url,
    ignoreHTTPSErrors: true,
    storageState: await sessionOf(url, secret),
  });
  const page = await context.newPage();
  await page.goto('/issuers/iss-local');
  await expect(page.getByRole('button', { name: 'Replace issuing CA…' })).toHaveAttribute('aria-disabled', 'true');
  await context.close();
});
