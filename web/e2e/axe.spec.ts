// Nothing that axe finds fault with, and nothing on the console: every route of the router and what opens over it, each in
// both themes. Not for: what a page does. Invariant: a route without a place here fails the first test.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { accessibleInBoth, expect, nowhere, test } from './fixtures';

/** Opens something over the page. */
type Opening = (page: Page) => Promise<unknown>;

interface Place {
  /** As it stands in the router. */
  route: string;
  /** With `:certificate` and the like for what the server has. */
  at: string;
  over?: readonly Opening[];
}

const button =
  (name: string | RegExp): Opening =>
  (page) =>
    page
      .getByRole('button', { name, exact: typeof name === 'string' })
      .first()
      .click();
const menu =
  (name: string | RegExp, item: string | RegExp): Opening =>
  async (page) => {
    await button(name)(page);
    await page.getByRole('menuitem', { name: item }).first().click();
    await expect(page.getByRole('menu')).toHaveCount(0);
  };
const list =
  (name: string): Opening =>
  (page) =>
    page.getByRole('combobox', { name }).first().click();
const keys =
  (...all: readonly string[]): Opening =>
  async (page) => {
    for (const key of all) await page.keyboard.press(key);
  };
/** With two rows chosen, what a button of the bar leads to. */
const chosen =
  (...then: readonly Opening[]): Opening =>
  async (page) => {
    await keys('x', 'j', 'x')(page);
    await expect(page.getByRole('toolbar', { name: 'Selection' })).toContainText('2 selected');
    for (const step of then) await step(page);
  };

const places: readonly Place[] = [
  {
    route: '/',
    at: '/',
    over: [keys('Control+k'), keys('?'), button(/^Your account|demo/)],
  },
  {
    route: '/certificates',
    at: '/certificates',
    over: [button('Columns'), button('Export'), button('Status'), button('Environment'), button('More'), keys('Space')],
  },
  // Few rows, so that the bar of the selection lies over none.
  {
    route: '/certificates',
    at: '/certificates?environment=staging',
    over: [
      chosen(),
      chosen(keys('r')),
      chosen(keys('v')),
      chosen(button('Assign owner')),
      chosen(button('Tag')),
      chosen(button('Archive…')),
    ],
  },
  { route: '/certificates', at: '/certificates?status=revoked&cols=name,status,issuer' },
  { route: '/certificates', at: '/certificates?status=failing', over: [button('Save view')] },
  {
    route: '/certificates/new',
    at: '/certificates/new',
    over: [list('Profile')],
  },
  {
    route: '/certificates/$id/{-$tab}',
    at: '/certificates/mc-shop',
    over: [
      button('More'),
      button('Deploy…'),
      menu('More', 'Change policy…'),
      menu('More', 'Assign owner…'),
      menu('More', 'Edit details…'),
      menu('More', 'Archive…'),
      menu('More', 'Revoke…'),
    ],
  },
  { route: '/certificates/$id/{-$tab}', at: '/certificates/mc-legacy' },
  { route: '/certificates/$id/{-$tab}', at: '/certificates/mc-gone' },
  { route: '/certificates/$id/{-$tab}', at: '/certificates/mc-gone/versions' },
  { route: '/certificates/$id/{-$tab}', at: '/certificates/mc-shop/versions' },
  { route: '/certificates/$id/{-$tab}', at: '/certificates/mc-shop/deployments' },
  { route: '/certificates/$id/{-$tab}', at: '/certificates/mc-shop/policy' },
  { route: '/certificates/$id/{-$tab}', at: '/certificates/mc-shop/activity' },
  { route: '/certificates/$id/{-$tab}', at: '/certificates/mc-shop/raw' },
  { route: '/jobs', at: '/jobs', over: [button('State'), button('Started')] },
  { route: '/jobs', at: '/jobs?state=Failed' },
  { route: '/jobs/$id', at: '/jobs/:job' },
  { route: '/approvals', at: '/approvals' },
  { route: '/approvals/$id', at: '/approvals/:approval', over: [button('Reject…')] },
  { route: '/agents', at: '/agents' },
  { route: '/agents', at: '/agents?tab=fleet' },
  { route: '/agents/enrol', at: '/agents/enrol', over: [list('The invitation lasts')] },
  {
    route: '/agents/$id',
    at: '/agents/ag-web-1',
    over: [button('More actions'), menu('More actions', 'Rename…'), menu('More actions', 'Retire…')],
  },
  { route: '/agents/$id', at: '/agents/ag-branch-1' },
  { route: '/targets', at: '/targets' },
  {
    route: '/targets/new',
    at: '/targets/new',
    over: [
      button(/nginx server/),
      async (page) => {
        await button(/nginx server/)(page);
        await button('Test it')(page);
        await expect(page.getByRole('alert')).toBeVisible();
      },
    ],
  },
  {
    route: '/targets/$id',
    at: '/targets/tgt-web',
    over: [menu('More actions', 'Edit…'), menu('More actions', 'Remove…')],
  },
  { route: '/issuers', at: '/issuers' },
  { route: '/issuers/new/$type', at: '/issuers/new/local_ca' },
  { route: '/issuers/new/$type', at: '/issuers/new/acme', over: [button('Make and test')] },
  { route: '/issuers/new/$type', at: '/issuers/new/exec', over: [button('Add variable')] },
  {
    route: '/issuers/$id',
    at: '/issuers/iss-vault',
    over: [
      async (page) => {
        await button('Test')(page);
        await expect(page.getByRole('list', { name: 'Steps of the test' })).toContainText('It can be reached');
      },
      button('More actions'),
    ],
  },
  { route: '/issuers/$id/edit', at: '/issuers/iss-vault/edit', over: [list('Method')] },
  {
    route: '/issuers/hierarchy',
    at: '/issuers/hierarchy',
    over: [
      button(/^Actions for the root/),
      menu(/^Actions for the root/, 'Replace root…'),
      menu(/generation 1/, 'Replace issuing CA…'),
    ],
  },
  {
    route: '/issuers/dns-providers',
    at: '/issuers/dns-providers',
    over: [button('New DNS provider'), button(/^Actions for/)],
  },
  { route: '/issuers/dns-providers/new', at: '/issuers/dns-providers/new?kind=webhook', over: [button('Make one')] },
  { route: '/issuers/dns-providers/$id', at: '/issuers/dns-providers/dns-zones', over: [button('Remove…')] },
  {
    route: '/issuers/$id',
    at: '/issuers/iss-local',
    over: [
      button('Test'),
      button('Replace issuing CA…'),
      menu('More actions', 'Rename…'),
      menu('More actions', 'Remove…'),
    ],
  },
  { route: '/policies', at: '/policies' },
  { route: '/policies', at: '/policies?tab=profiles' },
  { route: '/policies', at: '/policies?tab=rules' },
  { route: '/policies/new', at: '/policies/new', over: [list('How the renewal point is set')] },
  { route: '/policies/new-rule', at: '/policies/new-rule' },
  { route: '/policies/$id', at: '/policies/rp-minutes', over: [button('Remove…')] },
  { route: '/policies/$id', at: '/policies/pr-owned' },
  { route: '/policies/$id', at: '/policies/pr-owned?tab=violations' },
  { route: '/profiles/new', at: '/profiles/new' },
  { route: '/profiles/$id', at: '/profiles/prof-minutes', over: [button('Remove…')] },
  {
    route: '/audit',
    at: '/audit',
    over: [button('Export in another form'), button('Time'), button(/^Verify/), keys('Space')],
  },
  { route: '/settings', at: '/settings', over: [button(/^Add/)] },
  { route: '/settings/$section', at: '/settings/keys', over: [button(/^(Add|Make|New)/)] },
  { route: '/settings/$section', at: '/settings/roles' },
  {
    route: '/settings/$section',
    at: '/settings/owners',
    over: [button(/^Add/), menu(/^Actions for Amara/, 'Edit…'), menu(/^Actions for Amara/, 'Remove…')],
  },
  { route: '/settings/$section', at: '/settings/sign-in' },
  { route: '/settings/$section', at: '/settings/system' },
  { route: '/alerts', at: '/alerts', over: [button('Snooze'), button('Severity')] },
  { route: '/alerts/$id', at: '/alerts/:alert' },
  { route: '/alerts/rules', at: '/alerts/rules', over: [button(/^Actions for/)] },
  { route: '/alerts/rules/new', at: '/alerts/rules/new', over: [list('Field')] },
  { route: '/alerts/rules/$id', at: '/alerts/rules/:rule', over: [button('Remove…')] },
  { route: '/alerts/channels', at: '/alerts/channels', over: [button('New channel')] },
  { route: '/alerts/channels/new', at: '/alerts/channels/new?kind=webhook' },
  { route: '/alerts/channels/$id', at: '/alerts/channels/:channel', over: [button('Edit…'), button('Remove…')] },
  { route: '/alerts/history', at: '/alerts/history' },
  { route: '*', at: nowhere },
];

test('every route has a place here', () => {
  const router = readFileSync(new URL('../src/router.tsx', import.meta.url), 'utf8');
  const routes = [...router.matchAll(/\bpage\(\s*'([^']+)'/g)].map(([, path]) => path).filter((path) => path !== '/ui');
  expect(routes.length).toBeGreaterThan(30);
  const here = places.map((place) => place.route);
  expect(routes.filter((path) => !here.includes(path ?? ''))).toEqual([]);
});

const lists: Readonly<Record<string, string>> = {
  job: '/jobs?limit=1',
  alert: '/alerts?limit=1',
  rule: '/alert-rules?limit=1',
  channel: '/notifiers?limit=1',
  approval: '/approvals?limit=1',
};

const itemsAt = async (page: Page, path: string) =>
  ((await (await page.request.get(`/api/v1${path}`)).json()) as { items: { id: string }[] }).items;

/** The address of a place, with the id of the first of its kind. */
async function addressOf(place: Place, page: Page): Promise<string> {
  const kind = /:([a-z]+)/.exec(place.at)?.[1];
  const path = kind === undefined ? undefined : lists[kind];
  if (path === undefined) return place.at;
  await expect.poll(async () => (await itemsAt(page, path)).length).toBeGreaterThan(0);
  return place.at.replace(`:${kind}`, (await itemsAt(page, path))[0]?.id ?? '');
}

const settled = async (page: Page) => {
  await expect(page.locator('main')).toBeVisible();
  await expect(page.locator('main [aria-busy=true]')).toHaveCount(0);
};

// No traces: they cost more than the looking, and what is found names its element.
test.use({ contextOptions: { reducedMotion: 'reduce' }, actionTimeout: 10_000, trace: 'off' });

// What the demo does not have by itself, or not at once: somebody's request that waits for a yes, a channel, a failed job,
// an authority outside, something that is revoked.
test('there is something to see everywhere', async ({ anywhere: page, url }) => {
  const post = async (path: string, data: object, key?: string) => {
    const from = { origin: url };
    const headers: Record<string, string> = key === undefined ? from : { authorization: `Bearer ${key}`, cookie: '' };
    const answer = await page.request.post(`/api/v1${path}`, { data, headers });
    expect([200, 201, 202, 409], `${path}: ${await answer.text()}`).toContain(answer.status());
    return (await answer.json()) as { secret?: string };
  };
  await post('/profiles', { id: 'prof-asked', name: 'Asked first', approval: 'always' });
  const { secret } = await post('/api-keys', { name: 'pipeline', role: 'operator' });
  await post(
    '/certificates',
    { id: 'mc-asked', names: ['asked.example.internal'], profile_id: 'prof-asked', agent_ids: ['ag-app-1'] },
    secret,
  );
  await post('/alert-rules', {
    id: 'ar-failing',
    name: 'Renewals that fail',
    subject: 'certificates',
    conditions: [{ status: 'Failed' }],
    severity: 'critical',
  });
  await post('/notifiers', {
    id: 'nt-duty',
    name: 'Duty desk',
    kind: 'slack',
    config: { url: 'https://hooks.example.internal/certctl' },
  });
  await post('/issuers', {
    id: 'iss-vault',
    name: 'Vault',
    kind: 'vault',
    config: { address: 'https://127.0.0.1:1', role: 'web', token: 'hvs.not-a-token' },
  });
  await post('/dns-providers', {
    id: 'dns-zones',
    name: 'Zones of example.internal',
    kind: 'rfc2136',
    config: { server: '127.0.0.1:1', key_name: 'certctl', secret: 'c2VjcmV0c2VjcmV0c2VjcmV0' },
  });
  await post('/certificates', { id: 'mc-gone', names: ['gone.example.internal'], agent_ids: ['ag-app-1'] });
  const gone = async () =>
    ((await (await page.request.get('/api/v1/certificates/mc-gone')).json()) as { condition: string }).condition;
  await expect.poll(gone, { timeout: 30_000 }).toBe('healthy');
  await post('/certificates/mc-gone/revoke', { reason: 'cessation_of_operation', replace_first: false });
  await expect.poll(gone, { timeout: 30_000 }).toBe('revoked');
  const failed = async () => (await itemsAt(page, '/jobs?state=Failed')).length;
  await expect.poll(failed, { timeout: 50_000 }).toBeGreaterThan(0);
});

const floating = (page: Page) => page.locator('[role=dialog], [role=alertdialog], [role=menu], [role=listbox], aside');

/** Waits for what was asked for: dialogs come from a file of their own. A few things open nothing that floats. */
const arrived = (page: Page) =>
  expect
    .poll(() => floating(page).count(), { timeout: 3000 })
    .toBeGreaterThan(0)
    .catch(() => undefined);

/** Closes what floats by Escape, as a person does; whether the page is then as it was. */
async function closed(page: Page, url: string): Promise<boolean> {
  // Rows that are chosen are more than what floats.
  if (await page.getByRole('toolbar', { name: 'Selection' }).isVisible()) return false;
  const over = floating(page);
  for (let i = 2; i > 0 && (await over.count()) > 0; i -= 1) {
    await page.keyboard.press('Escape');
    await expect
      .poll(() => over.count(), { timeout: 1000 })
      .toBe(0)
      .catch(() => undefined);
  }
  return page.url() === url && (await over.count()) === 0;
}

for (const place of places) {
  test(`${place.at} is accessible in both themes`, async ({ anywhere: page }) => {
    const at = await addressOf(place, page);
    await page.goto(at);
    await settled(page);
    const url = page.url();
    await accessibleInBoth(page, at);
    for (const [index, open] of (place.over ?? []).entries()) {
      if (index > 0 && !(await closed(page, url))) {
        await page.goto(at);
        await settled(page);
      }
      await test.step(`over it, ${index + 1}`, async () => {
        await open(page);
        await arrived(page);
        await accessibleInBoth(page, `over ${at}, ${index + 1}`);
      });
    }
  });
}
