// Every list: its address says all that is seen, and each count elsewhere leads to exactly the rows that it counts.
// Not for: what a filter means (unit tests and the server's). Invariants: a number on a link to a list that no rule here reads
// fails the test, and so does a page with fewer counts than the demo's fleet gives it; rows are counted as they stand there,
// not only read from the title.
import type { Locator, Page } from '@playwright/test';
import { expect, fresh, numberIn, press, test, totalOf } from './hands';
import { waiting } from './scenes';

// High enough for all rows of the demo's fleet. No traces: they cost more than the pages.
test.use({ viewport: { width: 1440, height: 1800 }, trace: 'off' });

const rowsIn = (page: Page): Locator =>
  page.getByRole('main').locator('[role=rowgroup] [role=row], tbody tr, section[aria-label="Waiting requests"] li');

const idle = (page: Page) => expect(page.getByRole('main').locator('[aria-busy=true]')).toHaveCount(0);

interface Seen {
  columns: string[];
  /** The first cell of each row that says something. */
  rows: string[];
  total: string;
}

async function seenOn(page: Page): Promise<Seen> {
  const rows = await rowsIn(page).evaluateAll((all) =>
    all
      .map((row) => ({
        top: row.getBoundingClientRect().top,
        text: [...row.querySelectorAll('[role=gridcell], td, th')].find((cell) => cell.textContent !== '')?.textContent,
      }))
      .toSorted((a, b) => a.top - b.top)
      .map(({ text }) => text ?? ''),
  );
  const columns = await page.getByRole('main').getByRole('columnheader').allInnerTexts();
  const total = (await totalOf(page).allInnerTexts()).join();
  return { columns, rows, total };
}

const lists: Record<string, string> = {
  certificates:
    '/certificates?environment=production&issuer=iss-local&expires=0s..400d&sort=-name&cols=name,expires,live',
  'certificates, negated and unset': '/certificates?environment=-staging&owner=-none&team=t-office&sort=name',
  'certificates, with a text and a peek': '/certificates?q=example&key=ecdsa-p384&sort=name&peek=mc-database',
  'certificates, with a key of another': '/certificates?owner=none&sort=name&later=1',
  jobs: '/jobs?certificate=mc-login&created=-24h..&kind=Issuance',
  planned: '/jobs?view=planned&renews=..365d',
  agents: '/agents?q=app&state=active',
  'agents as a fleet': '/agents?tab=fleet',
  targets: '/targets?kind=file&agent=ag-app-1&test=none',
  issuers: '/issuers',
  'DNS providers': '/issuers/dns-providers',
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
  'audit, a part of the time': '/audit?action=certificate.create&at=2026-01-01T00:00:00Z..2100-01-01T00:00:00Z',
  owners: '/settings/owners',
};

/** Lists that have nothing in them when nothing has happened. */
const mayBeEmpty = new Set(['agents as a fleet', 'approvals', 'alerts', 'alert rules', 'channels', 'messages']);

/** Two pages that show the same in the end, whatever the fleet does meanwhile. */
const alike = (one: Page, other: Page) =>
  expect(async () => expect(await seenOn(one)).toEqual(await seenOn(other))).toPass({ timeout: 20_000 });

test('the address of a list is all of it: shared, left and come back to, reloaded, it is the same', async ({
  desk: page,
  browser,
  url: baseURL,
  session: storageState,
  api,
}) => {
  test.setTimeout(240_000);
  await api.post('/dns-providers', {
    name: fresh('Zones'),
    kind: 'desec',
    config: { api_token: 'not-a-token-of-anybody' },
  });
  // Somebody else's browser, which has seen nothing of this one.
  const other = await browser.newContext({
    baseURL,
    storageState,
    viewport: page.viewportSize(),
    ignoreHTTPSErrors: true,
  });
  const elsewhere = await other.newPage();
  for (const [what, url] of Object.entries(lists)) {
    await test.step(what, async () => {
      const complete = async (on: Page) => {
        await idle(on);
        if (!mayBeEmpty.has(what)) await expect.poll(async () => (await seenOn(on)).rows.join('')).not.toBe('');
        await expect(on).toHaveURL(url);
        await expect(on.getByText(/^Ignored:/)).toBeHidden();
        if (url.includes('peek=')) await expect(on.getByRole('complementary')).toBeVisible();
      };
      await Promise.all([elsewhere.goto(url), page.goto(url)]);
      await complete(elsewhere);
      await complete(page);
      await alike(page, elsewhere);
      await press(page, 'g', 'o');
      await expect(page).toHaveURL('/');
      await page.goBack();
      await complete(page);
      await alike(page, elsewhere);
      // An address alone has nothing that a reload could lose.
      if (!url.includes('?')) return;
      await page.reload();
      await complete(page);
      await alike(page, elsewhere);
    });
  }
  await other.close();
});

test('an invalid value is dropped and named, and the rest holds', async ({ desk: page, context }) => {
  test.setTimeout(120_000);
  const valid = await context.newPage();
  for (const [url, ignored, rest] of [
    ['/certificates?status=foo&sort=name', 'status=foo', '/certificates?sort=name'],
    [
      '/certificates?environment=staging&expires=soon&sort=colour',
      'expires=soon, sort=colour',
      '/certificates?environment=staging',
    ],
    [
      '/certificates?environment=staging&cols=name,colour',
      'cols=colour',
      '/certificates?environment=staging&cols=name',
    ],
    ['/certificates?environment=staging&cols=colour', 'cols=colour', '/certificates?environment=staging'],
    ['/jobs?certificate=mc-books&state=foo', 'state=foo', '/jobs?certificate=mc-books'],
    ['/agents?health=foo&q=app', 'health=foo', '/agents?q=app'],
    ['/policies/pr-owned?tab=violations&state=foo', 'state=foo'],
    ['/alerts?severity=foo', 'severity=foo'],
    ['/alerts/history?event=foo', 'event=foo'],
    ['/audit?by=foo', 'by=foo'],
  ] as const) {
    await test.step(url, async () => {
      await Promise.all([page.goto(url), rest && valid.goto(rest)]);
      await expect(page.getByText(`Ignored: ${ignored}`, { exact: true })).toBeVisible();
      if (rest === undefined) return;
      await expect.poll(async () => (await seenOn(valid)).rows.join('')).not.toBe('');
      await expect(valid.getByText(/^Ignored:/)).toBeHidden();
      await alike(page, valid);
    });
  }
});

/** Pages with counts, and how many counts the demo's fleet gives them at least. */
const counting: readonly (readonly [path: string, least: number])[] = [
  ['/', 12],
  ['/certificates', 1],
  ['/jobs', 1],
  ['/agents', 5],
  ['/agents?tab=fleet', 3],
  ['/targets', 6],
  ['/issuers', 1],
  ['/policies', 3],
  ['/policies?tab=profiles', 2],
  ['/policies?tab=rules', 1],
  ['/policies/pr-owned', 1],
  ['/policies/rp-default', 1],
  ['/profiles/prof-default', 1],
  ['/settings/owners', 6],
  ['/agents/ag-web-1', 1],
  ['/issuers/iss-local', 1],
  ['/certificates/mc-mail', 2],
  ['/alerts/rules/new', 1],
];

/** How a link says its number, by its name or by its text. */
const readings: readonly RegExp[] = [
  /: ([\d,]+) renewals$/,
  /^([\d,]+) open violations? of /,
  /^([\d,]+)(?: [\p{L} ]+)?$/u,
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ \p{L}+ ([\d,]+)(?: [\d,]+ at risk)?$/u,
  /^Healthy [\d.<>]+% ([\d,]+) of [\d,]+$/,
  /^Agents online ([\d,]+) ?\/[\d,]+$/,
  /^(?:Certificates|Renewal due|Renewal failing|Not verified live) ([\d,]+) /,
  /^[\p{L} ]+ ([\d,]+)( open| waiting| failed in the last day)?$/u,
];

interface Count {
  href: string;
  /** Which of the links to there. */
  nth: number;
  words: string;
}

/** The links to lists that show a number. */
const countsOn = (page: Page): Promise<Count[]> =>
  page.locator('a[href]').evaluateAll((all) => {
    const found: Count[] = [];
    const times: Record<string, number> = {};
    for (const link of all as HTMLAnchorElement[]) {
      const href = link.getAttribute('href') ?? '';
      const nth = times[href] ?? 0;
      times[href] = nth + 1;
      const words = (link.getAttribute('aria-label') ?? link.innerText).replaceAll(/\s+/g, ' ').trim();
      const isList =
        /^\/(certificates|jobs|approvals|agents|targets|issuers|alerts|audit)(\?|$)/.test(href) ||
        /[?&]tab=violations|\/(versions|deployments)$/.test(href);
      // A part of the words that is hidden from the pointer counts too.
      if (isList && /\d/.test(words)) found.push({ href, nth, words });
    }
    return found;
  });

function countIn(words: string): number {
  for (const reading of readings) {
    const found = reading.exec(words);
    if (found !== null) return numberIn(found[1] ?? '');
  }
  throw new Error(`No rule here reads the number of "${words}"`);
}

test('each count opens exactly that many rows', async ({ desk: page, api, url }) => {
  test.setTimeout(400_000);
  // So that what waits is counted in the navigation.
  await waiting(api, url, 2);
  let followed = 0;
  let navigation = true;
  for (const [from, least] of counting) {
    await test.step(from, async () => {
      const home = async () => {
        if (new URL(page.url()).pathname + new URL(page.url()).search !== from) await page.goto(from);
        // Nothing is busy before anything is drawn.
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await idle(page);
      };
      const counted = async () => {
        const nonzero = new Set<string>();
        return (await countsOn(page)).filter((count) => {
          const isNavigation = /(open|waiting|in the last day)$/.test(count.words);
          if (isNavigation && !navigation) return false;
          const key = `${count.href} ${count.nth}`;
          return nonzero.has(key) ? false : nonzero.add(key);
        });
      };
      await home();
      await expect.poll(async () => (await counted()).length).toBeGreaterThanOrEqual(least);
      for (const { href, nth, words } of await counted()) {
        await test.step(`${words} → ${href}`, async () => {
          // The fleet goes on meanwhile: a pair that differs is looked at again.
          await expect(async () => {
            await home();
            const link = page.locator(`a[href=${JSON.stringify(href)}]`).nth(nth);
            const now = (await countsOn(page)).find((count) => count.href === href && count.nth === nth);
            // What has become nothing meanwhile is no count any more.
            if (now === undefined && (await link.count()) === 0) return;
            const count = countIn(now?.words ?? '');
            await link.click();
            await expect(page).toHaveURL(href);
            await idle(page);
            await expect.poll(() => rowsIn(page).count(), { timeout: 4000 }).toBe(count);
            // Tabs of one object have no total; every list has.
            if (!/tab=violations|\/(versions|deployments)$/.test(href))
              expect(numberIn(await totalOf(page).innerText())).toBe(count);
            followed += 1;
          }).toPass({ timeout: 45_000 });
        });
      }
      navigation = false;
    });
  }
  expect(followed).toBeGreaterThanOrEqual(counting.reduce((sum, [, least]) => sum + least, 0));
});

test('a day of the horizon opens its rows', async ({ desk: page }) => {
  const day = page.getByRole('gridcell', { name: /: [1-9][\d,]* / }).last();
  await expect(async () => {
    if (new URL(page.url()).pathname !== '/') await page.goto('/');
    const count = numberIn(/: ([\d,]+) /.exec((await day.getAttribute('aria-label')) ?? '')?.[1] ?? '');
    await day.click();
    await expect(page).toHaveURL(/\/certificates\?expires=/);
    await idle(page);
    await expect.poll(() => rowsIn(page).count(), { timeout: 4000 }).toBe(count);
    expect(numberIn(await totalOf(page).innerText())).toBe(count);
  }).toPass({ timeout: 45_000 });
});

test('an hour of those that are next opens its rows', async ({ desk: page }) => {
  const hours = page.getByRole('grid', { name: /^Renewals of the next hours/ });
  const hour = hours.getByRole('gridcell', { name: /: [1-9][\d,]*\srenewals?$/ }).first();
  await expect(async () => {
    if (new URL(page.url()).pathname !== '/') await page.goto('/');
    const count = numberIn(/: ([\d,]+)\s/.exec((await hour.getAttribute('aria-label')) ?? '')?.[1] ?? '');
    await hours.focus();
    for (let i = 0; i < 24 && !(await hour.and(page.locator('[aria-selected=true]')).isVisible()); i += 1)
      await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/certificates\?renews=/);
    await idle(page);
    await expect.poll(() => rowsIn(page).count(), { timeout: 4000 }).toBe(count);
  }).toPass({ timeout: 45_000 });
});

test('the counts in a filter are those of its rows', async ({ desk: page }) => {
  await page.goto('/certificates?sort=name');
  for (const [filter, value] of [
    ['Environment', 'staging'],
    ['Owner', 'Jonas Lindqvist'],
  ] as const) {
    await page.getByRole('button', { name: filter, exact: true }).click();
    const option = page.getByRole('list', { name: filter }).getByRole('listitem').filter({ hasText: value });
    const count = numberIn(await option.innerText());
    expect(count).toBeGreaterThan(0);
    await option.getByRole('checkbox').check();
    await page.keyboard.press('Escape');
    await expect(totalOf(page)).toHaveText(`${count} matching`);
    await expect(rowsIn(page)).toHaveCount(count);
    await page.getByRole('button', { name: `Clear ${filter}` }).click();
  }
});

test('a team limits every list and count: in the address, for every page from then on, and for the next visit', async ({
  desk: page,
  api,
  url,
}) => {
  test.setTimeout(120_000);
  const team = 'Office';
  const scope = 'scope=team:t-office';
  const totals = async (path: string, query: Record<string, string> = {}) =>
    (await api.get(path, { ...query, limit: 1, total: true })).total as number;
  const pick = async (name: string) => {
    await page.getByRole('button', { name: /^Team: / }).click();
    await page.getByRole('menuitemradio', { name }).click();
    await page.keyboard.press('Escape');
  };
  try {
    await pick(team);
    await expect(page).toHaveURL(`/?${scope}`);
    const figure = page.getByRole('region', { name: 'Key figures' }).getByRole('link', { name: /^Certificates / });
    const [ofTeam, ofAll] = [await totals('/certificates', { team_id: 't-office' }), await totals('/certificates')];
    expect(ofTeam).toBeGreaterThan(0);
    expect(ofTeam).toBeLessThan(ofAll);
    await expect(figure).toHaveAccessibleName(new RegExp(`^Certificates ${ofTeam} `));
    await figure.click();
    await expect(page).toHaveURL(`/certificates?${scope}`);
    await expect(rowsIn(page)).toHaveCount(ofTeam);
    await page.getByRole('link', { name: 'All', exact: true }).click();
    await expect(page).toHaveURL(`/certificates?${scope}`);
    for (const [keys, path] of [
      ['j', '/jobs'],
      ['p', '/approvals'],
      ['e', '/alerts'],
    ] as const) {
      await press(page, 'g', keys);
      await expect(page).toHaveURL(`${path}?${scope}`);
      await idle(page);
      // The fleet goes on meanwhile.
      await expect(async () =>
        expect(await rowsIn(page).count()).toBe(await totals(path, { team_id: 't-office' })),
      ).toPass({ timeout: 20_000 });
    }
    await press(page, 'g', 'a');
    await expect(page.getByText(/^This page is of all teams\./)).toBeVisible();

    // A bare address is looked at as the reader last chose; any other says itself what it shows.
    await page.goto('/jobs');
    await expect(page).toHaveURL(`/jobs?${scope}`);
    await page.goto('/jobs?kind=Issuance');
    await expect(page).toHaveURL('/jobs?kind=Issuance');
    await page.goto('/jobs?scope=foo');
    await expect(page.getByText('Ignored: scope=foo')).toBeVisible();
    await page.goto(`/certificates?team=t-shop&${scope}`);
    await expect(page.getByText('Ignored: team=t-shop')).toBeVisible();
    await expect(rowsIn(page)).toHaveCount(ofTeam);

    await pick('All teams');
    await expect(page).toHaveURL('/certificates');
    await expect(rowsIn(page)).toHaveCount(ofAll);
    await page.goto('/jobs');
    await expect(page).toHaveURL('/jobs');
  } finally {
    await page.request.patch(`${url}/api/v1/preferences`, {
      data: { document: { scope: null } },
      headers: { origin: url },
    });
  }
});
