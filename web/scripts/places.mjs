// Every place of the dashboard and what opens over it, in one list: what axe, the gates and the pictures walk. Not for: what a
// page does. Invariants: a route of the router without a place here fails the first test of e2e/axe.spec.ts; with the scene of
// scene.mjs each place has something to show.

/** A place that the dashboard does not have: the server answers it with 404, and the browser says so on the console. */
export const nowhere = '/nothing-here';

const button = (name) => (page) =>
  page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click();
const menu = (name, item) => async (page) => {
  await button(name)(page);
  await page.getByRole('menuitem', { name: item }).first().click();
  await page.getByRole('menu').waitFor({ state: 'detached' });
};
const list = (name) => (page) => page.getByRole('combobox', { name }).first().click();
const keys =
  (...all) =>
  async (page) => {
    for (const key of all) await page.keyboard.press(key);
  };
/** What the menu of the first row leads to. */
const rowMenu = (item) => async (page) => {
  await keys('j', '.')(page);
  await page.getByRole('menuitem', { name: item }).click();
  await page.getByRole('menu').waitFor({ state: 'detached' });
};
/** With two rows chosen, what a button of the bar leads to. */
const chosen =
  (...then) =>
  async (page) => {
    await keys('x', 'j', 'x')(page);
    await page.getByRole('toolbar', { name: 'Selection' }).getByText('2 selected').waitFor();
    for (const step of then) await step(page);
  };
/** A question before something that is not undone: e2e/confirm.spec.ts sees that Enter alone is no answer. */
const asking = (open) => Object.assign(open, { asks: true });
/** What is shown in docs/screenshots too, by this name. */
const pictured = (name, open) => Object.assign(open, { picture: name });

export const places = [
  {
    route: '/',
    at: '/',
    over: [
      pictured('palette', keys('Control+k')),
      pictured('shortcuts', keys('?')),
      button(/^Your account|demo/),
      button(/^Team: /),
    ],
  },
  {
    route: '/certificates',
    at: '/certificates',
    over: [
      pictured('columns', button('Columns')),
      button('Export'),
      button('Status'),
      pictured('filter', button('Environment')),
      button('More'),
      pictured('peek', keys('Space')),
    ],
  },
  // Few rows, so that the bar of the selection lies over none.
  {
    route: '/certificates',
    at: '/certificates?environment=staging',
    over: [
      chosen(),
      pictured('renew-many', asking(chosen(keys('r')))),
      pictured('revoke-many', asking(chosen(keys('v')))),
      pictured('assign-many', chosen(button('Assign owner'))),
      chosen(button('Tag')),
      asking(chosen(button('Archive…'))),
    ],
  },
  { route: '/certificates', at: '/certificates?status=revoked&cols=name,status,issuer' },
  { route: '/certificates', at: '/certificates?status=failing', over: [pictured('save-view', button('Save view'))] },
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
      pictured('deploy', asking(button('Deploy…'))),
      pictured('change-policy', asking(menu('More', 'Change policy…'))),
      menu('More', 'Assign owner…'),
      menu('More', 'Edit details…'),
      pictured('archive', asking(menu('More', 'Archive…'))),
      pictured('revoke', asking(menu('More', 'Revoke…'))),
    ],
  },
  { route: '/certificates/$id/{-$tab}', at: '/certificates/mc-legacy' },
  { route: '/certificates/$id/{-$tab}', at: '/certificates/mc-gone' },
  { route: '/certificates/$id/{-$tab}', at: '/certificates/mc-gone/versions' },
  {
    route: '/certificates/$id/{-$tab}',
    at: '/certificates/mc-shop/versions',
    over: [asking(menu(/^Actions for/, 'Revoke this version…'))],
  },
  { route: '/certificates/$id/{-$tab}', at: '/certificates/mc-shop/deployments' },
  { route: '/certificates/$id/{-$tab}', at: '/certificates/mc-shop/policy' },
  { route: '/certificates/$id/{-$tab}', at: '/certificates/mc-shop/activity' },
  { route: '/certificates/$id/{-$tab}', at: '/certificates/mc-shop/raw' },
  { route: '/jobs', at: '/jobs', over: [button('State'), button('Started')] },
  { route: '/jobs', at: '/jobs?state=Failed' },
  { route: '/jobs', at: '/jobs?view=planned', over: [button(/^When/)] },
  { route: '/jobs', at: '/jobs?state=AwaitingApproval', over: [asking(rowMenu('Cancel…'))] },
  { route: '/jobs/$id', at: '/jobs/:job' },
  { route: '/approvals', at: '/approvals' },
  { route: '/approvals/$id', at: '/approvals/:approval', over: [pictured('reject', asking(button('Reject…')))] },
  { route: '/agents', at: '/agents' },
  { route: '/agents', at: '/agents?tab=fleet' },
  { route: '/agents/enrol', at: '/agents/enrol', over: [list('The invitation lasts')] },
  {
    route: '/agents/$id',
    at: '/agents/ag-web-1',
    over: [
      asking(button('Quarantine…')),
      button('More actions'),
      menu('More actions', 'Rename…'),
      pictured('retire', asking(menu('More actions', 'Retire…'))),
    ],
  },
  { route: '/agents/$id', at: '/agents/ag-branch-1' },
  { route: '/targets', at: '/targets', over: [button('Last test')] },
  {
    route: '/targets/new',
    at: '/targets/new',
    over: [
      button(/nginx server/),
      async (page) => {
        await button(/nginx server/)(page);
        await button('Test it')(page);
        await page.getByRole('alert').waitFor();
      },
    ],
  },
  {
    route: '/targets/$id',
    at: '/targets/tgt-web',
    over: [menu('More actions', 'Edit…'), asking(menu('More actions', 'Remove…'))],
  },
  { route: '/issuers', at: '/issuers', over: [asking(menu(/^Actions for/, 'Pause new orders…'))] },
  { route: '/issuers/new/$type', at: '/issuers/new/local_ca' },
  { route: '/issuers/new/$type', at: '/issuers/new/acme', over: [button('Make and test')] },
  { route: '/issuers/new/$type', at: '/issuers/new/exec', over: [button('Add variable')] },
  {
    route: '/issuers/$id',
    at: '/issuers/iss-vault',
    over: [
      async (page) => {
        await button('Test')(page);
        await page.getByRole('list', { name: 'Steps of the test' }).getByText('It can be reached').waitFor();
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
      pictured('replace-root', asking(menu(/^Actions for the root/, 'Replace root…'))),
      pictured(
        'replace-issuing-ca',
        asking(menu(/^Actions for certctl Local CA Issuing, generation/, 'Replace issuing CA…')),
      ),
    ],
  },
  {
    route: '/issuers/dns-providers',
    at: '/issuers/dns-providers',
    over: [button('New DNS provider'), button(/^Actions for/), asking(menu(/^Actions for/, 'Remove…'))],
  },
  { route: '/issuers/dns-providers/new', at: '/issuers/dns-providers/new?kind=webhook', over: [button('Make one')] },
  { route: '/issuers/dns-providers/$id', at: '/issuers/dns-providers/dns-zones', over: [asking(button('Remove…'))] },
  {
    route: '/issuers/$id',
    at: '/issuers/iss-local',
    over: [
      button('Test'),
      asking(button('Replace issuing CA…')),
      menu('More actions', 'Rename…'),
      asking(menu('More actions', 'Remove…')),
    ],
  },
  { route: '/policies', at: '/policies' },
  { route: '/policies', at: '/policies?tab=profiles' },
  { route: '/policies', at: '/policies?tab=rules' },
  { route: '/policies/new', at: '/policies/new', over: [list('How the renewal point is set')] },
  { route: '/policies/new-rule', at: '/policies/new-rule' },
  { route: '/policies/$id', at: '/policies/rp-minutes', over: [asking(button('Remove…'))] },
  { route: '/policies/$id', at: '/policies/pr-owned', over: [asking(button('Remove…'))] },
  { route: '/policies/$id', at: '/policies/pr-owned?tab=violations' },
  { route: '/profiles/new', at: '/profiles/new' },
  { route: '/profiles/$id', at: '/profiles/prof-minutes', over: [asking(button('Remove…'))] },
  {
    route: '/audit',
    at: '/audit',
    over: [
      button('Export in another form'),
      button('Time'),
      pictured('verify', button(/^Verify/)),
      pictured('audit-peek', keys('Space')),
    ],
  },
  { route: '/settings', at: '/settings', over: [button(/^Add/)] },
  {
    route: '/settings/$section',
    at: '/settings/keys',
    over: [button(/^(Add|Make|New)/), asking(menu(/^Actions for pipeline/, 'Revoke…'))],
  },
  { route: '/settings/$section', at: '/settings/roles' },
  {
    route: '/settings/$section',
    at: '/settings/owners',
    over: [button(/^Add/), menu(/^Actions for Amara/, 'Edit…'), asking(menu(/^Actions for Amara/, 'Remove…'))],
  },
  { route: '/settings/$section', at: '/settings/sign-in' },
  { route: '/settings/$section', at: '/settings/system' },
  { route: '/settings/$section', at: '/settings/about', over: [button('Read the licence of axum')] },
  { route: '/alerts', at: '/alerts', over: [button('Snooze'), button('Severity')] },
  { route: '/alerts/$id', at: '/alerts/:alert' },
  {
    route: '/alerts/rules',
    at: '/alerts/rules',
    over: [button(/^Actions for/), asking(menu(/^Actions for/, 'Remove…'))],
  },
  { route: '/alerts/rules/new', at: '/alerts/rules/new', over: [list('Field')] },
  { route: '/alerts/rules/$id', at: '/alerts/rules/:rule', over: [asking(button('Remove…'))] },
  {
    route: '/alerts/channels',
    at: '/alerts/channels',
    over: [button('New channel'), asking(menu(/^Actions for/, 'Remove…'))],
  },
  { route: '/alerts/channels/new', at: '/alerts/channels/new?kind=webhook' },
  {
    route: '/alerts/channels/$id',
    at: '/alerts/channels/:channel',
    over: [button('Edit…'), asking(button('Remove…'))],
  },
  { route: '/alerts/history', at: '/alerts/history' },
  { route: '*', at: nowhere },
];

const lists = {
  job: '/jobs?limit=1',
  alert: '/alerts?limit=1',
  rule: '/alert-rules?limit=1',
  channel: '/notifiers?limit=1',
  approval: '/approvals?limit=1',
};

/** The items of a list of the API, as the page's reader has them. */
export const itemsAt = async (page, url, path) => (await (await page.request.get(`${url}/api/v1${path}`)).json()).items;

/** The address of a place, with the id of the first of its kind; waits until there is one. */
export async function addressOf({ at }, page, url) {
  const kind = /:([a-z]+)/.exec(at)?.[1];
  const path = lists[kind];
  if (path === undefined) return at;
  for (let tries = 300; tries > 0; tries -= 1) {
    const [first] = await itemsAt(page, url, path);
    // A request is named by its job.
    if (first !== undefined) return at.replace(`:${kind}`, first.id ?? first.job_id);
    await page.waitForTimeout(100);
  }
  throw new Error(`${at}: the server has no ${kind}`);
}

/** What lies over a page. */
export const floating = (page) => page.locator('[role=dialog], [role=alertdialog], [role=menu], [role=listbox], aside');

/** Goes to a place and waits until it shows what it has. */
export async function settledAt(page, address) {
  await page.goto(address);
  await page.locator('main').waitFor({ timeout: 30_000 });
  await page.waitForFunction(() => document.querySelector('main [aria-busy=true]') === null);
}

/** Waits for what was asked for: dialogs come from a file of their own. A few things open nothing that floats. */
export const arrived = (page) =>
  floating(page)
    .first()
    .waitFor({ timeout: 3000 })
    .catch(() => undefined);
