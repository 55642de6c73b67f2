// Of the operator's twelve tasks those that begin with a look: the morning check, finding anything, an agent that is away, an
// auditor's question. By mouse within the budget of clicks, and by keyboard alone. Not for: tasks that change certificates.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { accessible } from './fixtures';
import { type Api, expect, numberIn, press, test, totalOf } from './hands';
import { failing, until } from './scenes';

test.describe('1 does anything need me', () => {
  test('is answered by the first screen', async ({ desk: page, hands }) => {
    await expect(
      page.getByRole('heading', { level: 2, name: /^(Nothing needs you|\d+ things? needs? you)$/ }),
    ).toBeVisible({ timeout: 5000 });
    const needs = page.getByRole('region', { name: 'Needs you now' });
    await expect(needs.getByRole('listitem').or(needs.getByText('Nothing needs you.')).first()).toBeVisible();
    expect(await hands.clicks()).toBe(0);
  });

  test('and is gone through by keys', async ({ desk: page, hands, api }) => {
    const { name } = await failing(api);
    await press(page, 'g', 'c');
    await expect(page).toHaveURL('/certificates');
    await press(page, 'g', 'o');
    const rows = page.getByRole('region', { name: 'Needs you now' }).locator('[data-need]');
    await expect(rows.filter({ hasText: name })).toBeVisible();
    const focus = page.locator(':focus');
    await press(page, 'j', 'j', 'k');
    await expect(rows.first().locator(focus)).toBeVisible();
    // While the focus is in the list nothing changes its place.
    const wanted = rows.filter({ hasText: name }).locator(focus);
    for (let i = await rows.count(); i > 1 && !(await wanted.isVisible()); i -= 1) await press(page, 'j');
    await expect(wanted).toHaveText(/^(Retry|Renew now)$/);
    await press(page, 'Enter');
    await expect(page.getByText(new RegExp(`^Renewal of ${name}.* started$`))).toBeVisible();
    expect(await hands.clicks()).toBe(0);
  });
});

test('a need is hidden with a reason, everywhere at once, and comes back by Z', async ({
  desk: page,
  context,
  api,
}) => {
  const { name } = await failing(api);
  const other = await context.newPage();
  await other.goto('/');
  const row = (on: Page) =>
    on.getByRole('region', { name: 'Needs you now' }).locator('[data-need]').filter({ hasText: name });
  const reason = 'It is replaced on Monday';
  await expect(row(page)).toBeVisible();
  await expect(row(other)).toBeVisible();
  await row(page)
    .getByRole('button', { name: /^Actions for/ })
    .click();
  await page.getByRole('menuitem', { name: 'With a reason…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Why').fill(reason);
  await accessible(page, 'hiding a need');
  await dialog.getByRole('button', { name: 'Hide it' }).click();
  await expect(row(page)).toBeHidden();
  await expect(row(other)).toBeHidden({ timeout: 15_000 });
  await other.getByRole('button', { name: /^Hidden \d/ }).click();
  await expect(row(other)).toContainText(reason);
  await press(page, 'z');
  await expect(row(page)).toBeVisible();
  await expect(row(other).getByText(reason)).toBeHidden({ timeout: 15_000 });
  await other.close();
});

/** One of each kind of handle, and the title of the page that it leads to. */
async function handles(api: Api): Promise<[text: string, title: string][]> {
  const versions = () => api.get('/certificates/mc-mail/versions', { limit: 1 });
  const { items } = await until(versions, (page) => page.items.length > 0);
  const { config } = await api.get('/targets/tgt-branch');
  const jobs = await api.get('/jobs', { certificate_id: 'mc-mail', limit: 1 });
  const certificate = 'mail.example.internal';
  return [
    ['mail.example', certificate],
    [config.probe[0].address, 'branch'],
    ['imap.example.internal', certificate],
    [jobs.items[0].request_id, 'Audit'],
    [items[0].serial, certificate],
    ['Amara Osei', 'Certificates'],
    [items[0].fingerprint_sha256, certificate],
  ];
}

/** Pasted and confirmed at once, whether its results are there or not. */
async function found(page: Page, [text, title]: [string, string]): Promise<void> {
  const box = page.getByRole('combobox', { name: 'Search or run a command' });
  await box.fill(text);
  await box.press('Enter');
  const heading = new RegExp(`^${title.replaceAll('.', '\\.')}( Copy name)?$`);
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  if (title === 'Audit') await expect(page.getByRole('complementary')).toContainText(text);
}

test.describe('4 anything is found by any handle', () => {
  test('with one click', async ({ desk: page, hands, api }) => {
    let before = 0;
    for (const handle of await handles(api)) {
      await page
        .getByRole('banner')
        .getByRole('button', { name: /^Search or run a command/ })
        .click();
      await found(page, handle);
      expect((await hands.clicks()) - before).toBeLessThanOrEqual(1);
      before = await hands.clicks();
    }
  });

  test('by keys', async ({ desk: page, hands, api }) => {
    for (const handle of await handles(api)) {
      await press(page, 'Control+k');
      await found(page, handle);
    }
    expect(await hands.clicks()).toBe(0);
  });
});

test.describe('10 why an agent is away', () => {
  test.setTimeout(150_000);
  // The demo switches this one off; it is late after 75 seconds.
  const away = (api: Api) =>
    until(
      () => api.get('/agents/ag-branch-1'),
      (agent) => agent.health !== 'online',
      120,
    );
  const told = async (page: Page) => {
    await expect(page.getByRole('heading', { level: 1, name: 'branch-1' })).toBeVisible();
    const why = page.getByRole('region', { name: 'Why it does not work' });
    await expect(why).toContainText('last heard');
    await expect(why.getByRole('list', { name: 'Checks' }).getByRole('listitem').first()).toBeVisible();
    await expect(why.getByRole('button', { name: /^Copy/ }).first()).toBeVisible();
    await expect(page.getByRole('link', { name: 'branch.example.internal' }).first()).toBeVisible();
  };

  test('with two clicks', async ({ desk: page, hands, api }) => {
    await away(api);
    await page.getByRole('region', { name: 'Key figures' }).getByRole('link', { name: '1 away' }).click();
    await page.getByRole('link', { name: 'branch-1' }).click();
    await told(page);
    expect(await hands.clicks()).toBeLessThanOrEqual(2);
  });

  test('by keys', async ({ desk: page, hands, api }) => {
    await away(api);
    await press(page, 'g', 'a');
    const grid = page.getByRole('grid', { name: 'Agents' });
    await expect(grid.getByRole('link', { name: 'branch-1' })).toBeVisible();
    await press(page, 'f', 'Enter');
    const choices = page.getByRole('dialog').getByRole('list', { name: 'Health' });
    await expect(choices).toBeVisible();
    // Late or offline: one becomes the other by itself.
    await press(page, 'Tab', 'Enter');
    await expect(page).toHaveURL('/agents?health=late');
    await press(page, 'Tab', 'Enter');
    await expect(page).toHaveURL('/agents?health=late,offline');
    await press(page, 'Escape');
    await expect(grid.getByRole('link', { name: 'branch-1' })).toBeVisible();
    await expect(choices).toBeHidden();
    await grid.focus();
    await press(page, 'Enter');
    await told(page);
    expect(await hands.clicks()).toBe(0);
  });
});

test.describe('11 an auditor is answered', () => {
  const file = async (page: Page, ask: () => Promise<unknown>) => {
    const [download] = await Promise.all([page.waitForEvent('download'), ask()]);
    return readFileSync(await download.path(), 'utf8').trim();
  };

  test('with four clicks', async ({ desk: page, hands }) => {
    const navigation = page.getByRole('navigation');
    await navigation.getByRole('link', { name: 'Audit' }).click();
    const all = totalOf(page);
    await expect(all).toHaveText(/^[\d,]+$/);
    await page.getByRole('button', { name: 'Action' }).click();
    await page.getByRole('button', { name: 'certificate.create' }).click();
    await expect(page).toHaveURL('/audit?action=certificate.create');
    await expect(all).toHaveText(/matching$/);
    const text = await file(page, () => page.getByRole('button', { name: 'Export CSV' }).click());
    expect(await hands.clicks()).toBeLessThanOrEqual(4);
    const lines = text.split('\n').filter((line) => line.includes('certificate.create'));
    expect(lines.length).toBeGreaterThanOrEqual(numberIn(await all.innerText()));
    expect(text).not.toContain('agent.join');
  });

  test('by keys', async ({ desk: page, hands }) => {
    await press(page, 'g', 'u');
    await expect(totalOf(page)).toBeVisible();
    await press(page, 'f', 'w', 'Enter');
    const who = page.getByRole('dialog').getByRole('list', { name: 'Who' });
    await expect(who).toBeVisible();
    await press(page, 'Tab', 'Enter', 'Escape');
    await expect(page).toHaveURL('/audit?by=api_key');
    await expect(totalOf(page)).toHaveText(/matching$/);
    await expect(who).toBeHidden();
    await page.getByRole('grid').focus();
    const text = await file(page, () => press(page, 'Shift+E'));
    expect(text).toContain('certificate.create');
    expect(text).not.toContain('certificate.renewal_due');
    expect(await hands.clicks()).toBe(0);
  });
});
