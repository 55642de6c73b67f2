// Every list: its address says all that is seen, and each count elsewhere leads to exactly the rows that it counts.
// Not for: what a filter means (unit tests and the server's).
import type { Locator, Page } from '@playwright/test';
import { expect, numberIn, press, test, totalOf } from './hands';

/** The first cell of each row. */
async function rowsOf(page: Page): Promise<string[]> {
  const main = page.getByRole('main');
  const rows = main.locator('[role=rowgroup] [role=row], tbody tr');
  return rows.evaluateAll((all) =>
    all
      .map((row) => ({
        top: row.getBoundingClientRect().top,
        text: [...row.querySelectorAll('[role=gridcell], td, th')].find((cell) => cell.textContent !== '')?.textContent,
      }))
      .toSorted((a, b) => a.top - b.top)
      .map(({ text }) => text ?? ''),
  );
}

const lists: Record<string, string> = {
  certificates:
    '/certificates?environment=production&issuer=iss-local&expires=0s..400d&sort=-name&cols=name,expires,live',
  'certificates, negated and unset': '/certificates?environment=-staging&owner=-none&team=t-office&sort=name',
  'certificates, with a text and a peek': '/certificates?q=example&key=ecdsa-p384&sort=name&peek=mc-database',
  'certificates, with a key of another': '/certificates?owner=none&sort=name&later=1',
  jobs: '/jobs?certificate=mc-login&created=-24h..&kind=Issuance',
  agents: '/agents?q=app&state=active',
  'agents as a fleet': '/agents?tab=fleet',
  targets: '/targets',
  issuers: '/issuers',
  approvals: '/approvals',
  policies: '/policies',
  profiles: '/policies?tab=profiles',
  rules: '/policies?tab=rules',
  violations: '/policies/pr-owned?tab=violations',
  alerts: '/alerts?state=open&severity=critical',
  'alert rules': '/alerts/rules',
  channels: '/alerts/channels',
  messages: '/alerts/history?severity=critical',
  audit: '/audit?action=certificate.create&by=api_key&object=mc-login',
  owners: '/settings/owners',
};

/** Lists that have nothing in them when nothing has happened. */
const mayBeEmpty = new Set(['agents as a fleet', 'approvals', 'alerts', 'alert rules', 'channels', 'messages']);

test('the address of a list is all of it: reloaded, left and come back to, it is the same', async ({ desk: page }) => {
  test.setTimeout(180_000);
  for (const [what, url] of Object.entries(lists)) {
    await test.step(what, async () => {
      await page.goto(url);
      await expect(page.getByRole('main').locator('[aria-busy=true]')).toHaveCount(0);
      if (!mayBeEmpty.has(what)) await expect.poll(async () => (await rowsOf(page)).join('')).not.toBe('');
      const before = await rowsOf(page);
      await expect(page).toHaveURL(url);
      await expect(page.getByText(/^Ignored:/)).toBeHidden();
      if (url.includes('peek=')) await expect(page.getByRole('complementary')).toBeVisible();
      await press(page, 'g', 'o');
      await expect(page).toHaveURL('/');
      await page.goBack();
      await expect(page).toHaveURL(url);
      await expect.poll(() => rowsOf(page)).toEqual(before);
      await page.reload();
      await expect.poll(() => rowsOf(page)).toEqual(before);
      await expect(page).toHaveURL(url);
      if (url.includes('peek=')) await expect(page.getByRole('complementary')).toBeVisible();
    });
  }
});

/** What a link counts: the number that it shows, or that its name ends with. */
type Counted = (link: Locator) => Promise<number>;
const shown: Counted = async (link) => numberIn(await link.innerText());
const named: Counted = async (link) =>
  numberIn(/: ([\d,]+) /.exec((await link.getAttribute('aria-label')) ?? '')?.[1] ?? '');

/** Follows each of the links, and compares. The fleet goes on meanwhile: a pair that differs is looked at again. */
async function followed(page: Page, from: string, links: Locator, counted: Counted, least = 1): Promise<void> {
  await page.goto(from);
  await expect(links.first()).toBeVisible();
  const n = Math.min(await links.count(), 3);
  expect(n).toBeGreaterThanOrEqual(least);
  for (let i = 0; i < n; i += 1) {
    await expect(async () => {
      if (new URL(page.url()).pathname + new URL(page.url()).search !== from) await page.goto(from);
      const link = links.nth(i);
      const count = await counted(link);
      const to = await link.getAttribute('href');
      await link.click();
      await expect(page).toHaveURL(to ?? '');
      await expect.poll(async () => numberIn(await totalOf(page).innerText()), { timeout: 5000 }).toBe(count);
    }).toPass({ timeout: 30_000 });
  }
}

test('each count opens exactly that many rows', async ({ desk: page }) => {
  test.setTimeout(180_000);
  const main = page.getByRole('main');
  const figures = page.getByRole('region', { name: 'Key figures' });
  await followed(page, '/', figures.getByRole('link', { name: /^(Certificates|Renewal|Not verified)/ }), async (link) =>
    numberIn(await link.locator('.text-xl').first().innerText()),
  );
  await followed(page, '/', figures.getByRole('link', { name: /^Healthy/ }), async (link) =>
    numberIn((await link.innerText()).split(' of ')[0]?.split('\n').at(-1) ?? ''),
  );
  await followed(page, '/', figures.getByRole('link', { name: /^Agents/ }), async (link) =>
    numberIn((await link.locator('.text-xl').innerText()).split('/')[0] ?? ''),
  );
  const flight = page.getByRole('region', { name: 'In flight' });
  await followed(page, '/', flight.getByRole('link', { name: /: [\d,]+ renewals$/ }), named);
  const horizon = page.getByRole('region', { name: 'Expiry horizon' });
  await followed(page, '/', horizon.getByRole('listitem').getByRole('link'), async (link) =>
    numberIn(await link.locator('span').nth(1).innerText()),
  );
  const views = page.getByRole('navigation', { name: 'Views' }).getByRole('link').filter({ hasText: /\d$/ });
  await followed(page, '/certificates?sort=name', views, shown);
  const states = page.getByRole('navigation', { name: 'Views' }).getByRole('link').filter({ hasText: /\d$/ });
  await followed(page, '/jobs', states, shown);
  await followed(page, '/agents', page.getByRole('grid').getByRole('link', { name: /^\d+$/ }), shown, 2);
  await followed(page, '/agents?tab=fleet', main.getByRole('link', { name: /^\d+$/ }), shown, 2);
  await followed(page, '/issuers', main.getByRole('table').getByRole('link', { name: /^\d+$/ }), shown);
  await followed(page, '/policies', main.getByRole('link', { name: /^\d+$/ }), shown);
  await followed(page, '/policies?tab=profiles', main.getByRole('link', { name: /^\d+$/ }), shown);
  await followed(page, '/settings/owners', main.getByRole('link', { name: /^\d+$/ }), shown, 2);
});

test('the counts in a filter are those of its rows', async ({ desk: page }) => {
  await page.goto('/certificates?sort=name');
  for (const [filter, value] of [
    ['Environment', 'staging'],
    ['Owner', 'Jonas Lindqvist'],
  ] as const) {
    await page.getByRole('button', { name: filter, exact: true }).click();
    const option = page.getByRole('list', { name: filter }).getByRole('listitem').filter({ hasText: value });
    const count = await shown(option);
    await option.getByRole('checkbox').check();
    await page.keyboard.press('Escape');
    await expect(totalOf(page)).toHaveText(`${count} matching`);
    await page.getByRole('button', { name: `Clear ${filter}` }).click();
  }
});
