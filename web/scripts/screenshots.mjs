// Pictures of pages of a running server, in both themes: `npm run screenshots -- --url https://127.0.0.1:8443 --key-file api-key
// --out DIR [--widths 1440,834] [--full] [path ...]`. Without paths: the pages of the list below, as they are in docs/screenshots.
// With `--scene` it first makes what a demo does not have by itself. Not for: comparing. Invariant: it fails when a page writes an
// error to the console, also one of the content policy.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { args, executablePath } from './browser.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string', default: 'https://127.0.0.1:8443' },
    'key-file': { type: 'string' },
    out: { type: 'string', default: '../docs/screenshots' },
    widths: { type: 'string', default: '1440,834' },
    themes: { type: 'string', default: 'light,dark' },
    full: { type: 'boolean', default: false },
    scene: { type: 'boolean', default: false },
    keys: { type: 'string' },
    quality: { type: 'string', default: '75' },
    settle: { type: 'string', default: '700' },
  },
});

/** Height for a width: a laptop, a tablet held upright. */
const heights = { 1440: 900, 834: 1112 };

// An id of the demo, or `:kind` for the first that the server has. After a `#`: the keys that are pressed there, and the name.
const all = [
  '/',
  '/certificates',
  '/certificates/new',
  '/certificates/mc-shop',
  '/certificates/mc-shop/versions',
  '/certificates/mc-shop/deployments',
  '/certificates/mc-shop/policy',
  '/certificates/mc-shop/activity',
  '/certificates/mc-shop/raw',
  '/certificates/mc-shop#v#revoke',
  '/certificates/mc-gone',
  '/certificates/mc-gone/versions',
  '/certificates?environment=staging#x j x v#revoke-many',
  '/certificates/mc-legacy',
  '/jobs',
  '/jobs/:jobs',
  '/approvals',
  '/agents',
  '/agents?tab=fleet',
  '/agents/ag-web-1',
  '/agents/enrol',
  '/targets',
  '/targets/tgt-web',
  '/targets/new',
  '/issuers',
  '/issuers/iss-local',
  '/issuers/iss-vault',
  '/issuers/iss-vault/edit',
  '/issuers/hierarchy',
  '/issuers/hierarchy#j . ArrowUp Enter#replace-root',
  '/issuers/new/local_ca',
  '/issuers/new/acme',
  '/issuers/new/exec',
  '/issuers/dns-providers',
  '/issuers/dns-providers/new?kind=rfc2136',
  '/issuers/dns-providers/dns-zones',
  '/policies',
  '/policies?tab=profiles',
  '/policies?tab=rules',
  '/policies/rp-minutes',
  '/policies/pr-owned',
  '/profiles/prof-minutes',
  '/alerts',
  '/alerts/:alerts',
  '/alerts/rules',
  '/alerts/rules/new',
  '/alerts/channels',
  '/alerts/channels/new?kind=webhook',
  '/alerts/history',
  '/audit',
  '/settings/users',
  '/settings/keys',
  '/settings/roles',
  '/settings/owners',
  '/settings/sign-in',
  '/settings/system',
];
const pages = positionals.length > 0 ? positionals : all;
const key = values['key-file'] ? readFileSync(values['key-file'], 'utf8').trim() : undefined;
mkdirSync(values.out, { recursive: true });

const browser = await chromium.launch({ executablePath, args });
const problems = [];
let bytes = 0;

/** WebP: half of a PNG, and text stays sharp. */
async function picture(page, file) {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: Number(values.quality) });
  await session.detach();
  const content = Buffer.from(data, 'base64');
  bytes += content.length;
  writeFileSync(file, content);
}

async function signIn(page) {
  await page.goto(values.url);
  const answer = await page.evaluate(
    async (api_key) =>
      (
        await fetch('/api/v1/auth/login', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ api_key }),
        })
      ).status,
    key,
  );
  if (answer >= 300) throw new Error(`signing in was answered ${answer}`);
}

/** Somebody's request that waits for a yes, a rule, a channel, an authority outside, a DNS provider, a CA of the second generation,
 * and something that is revoked. */
async function makeScene(page) {
  const post = async (path, data = {}, as = undefined) => {
    const headers = as ? { authorization: `Bearer ${as}`, cookie: '' } : { origin: values.url };
    const answer = await page.request.post(`${values.url}/api/v1${path}`, { data, headers });
    // It may be there from a run before.
    if (!answer.ok() && answer.status() !== 409) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
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
    name: 'Vault of the platform team',
    kind: 'vault',
    config: { address: 'https://vault.example.internal:8200', role: 'web', token: 'hvs.not-a-token' },
  });
  await post('/issuers', {
    id: 'iss-lab',
    name: 'Lab CA',
    kind: 'local_ca',
    config: { common_name: 'Lab CA', permitted_names: ['lab.example.internal', '10.20.0.0/16'] },
  });
  const { items } = await (await page.request.get(`${values.url}/api/v1/cas?issuer_id=iss-lab`)).json();
  if (items.length === 1) await post('/issuers/iss-lab/replace-ca');
  await post('/dns-providers', {
    id: 'dns-zones',
    name: 'Zones of example.internal',
    kind: 'rfc2136',
    config: { server: '192.0.2.53', key_name: 'certctl', secret: 'c2VjcmV0c2VjcmV0c2VjcmV0' },
  });
  await post('/certificates', { id: 'mc-gone', names: ['gone.example.internal'], agent_ids: ['ag-app-1'] });
  const gone = async () =>
    (await (await page.request.get(`${values.url}/api/v1/certificates/mc-gone`)).json()).condition;
  const reached = async (condition) => {
    for (let i = 300; (await gone()) !== condition; i -= 1) {
      if (i === 0) throw new Error(`mc-gone is ${await gone()}, not ${condition}`);
      await page.waitForTimeout(100);
    }
  };
  if ((await gone()) === 'revoked') return;
  await reached('healthy');
  await post('/certificates/mc-gone/revoke', { reason: 'cessation_of_operation', replace_first: false });
  await reached('revoked');
}

/** The path with the id of the first of its kind. */
async function addressOf(page, path) {
  const kind = /:([a-z-]+)/.exec(path)?.[1];
  if (kind === undefined) return path;
  const { items } = await (await page.request.get(`${values.url}/api/v1/${kind}?limit=1`)).json();
  return items[0] ? path.replace(`:${kind}`, items[0].id) : null;
}

const nameOf = (path, name) =>
  name ??
  (path === '/'
    ? 'overview'
    : path
        .slice(1)
        .replaceAll(/:([a-z-]+)/g, 'one')
        .replaceAll(/[^a-z0-9-]+/gi, '-'));

for (const width of values.widths.split(',').map(Number)) {
  const height = heights[width] ?? 900;
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width, height },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  if (key) await signIn(page);
  if (values.scene) await makeScene(page);
  page.on('console', (message) => message.type() === 'error' && problems.push(`${page.url()}: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));
  for (const wanted of pages) {
    const [path, keys = values.keys, name] = wanted.split('#');
    const address = await addressOf(page, path);
    if (address === null) {
      console.log(`${path}: there is none`);
      continue;
    }
    await page.goto(values.url + address);
    await page.locator('main').waitFor();
    await page.locator('main [aria-busy=true]').waitFor({ state: 'detached' });
    await page.waitForTimeout(Number(values.settle));
    for (const step of keys?.split(' ') ?? []) {
      if (step.startsWith('click:'))
        await page
          .getByRole('button', { name: step.slice(6).replaceAll('_', ' ') })
          .first()
          .click();
      else if (step.startsWith('type:')) await page.keyboard.type(step.slice(5));
      else await page.keyboard.press(step);
      await page.waitForTimeout(350);
    }
    if (values.full) {
      const all = await page.evaluate(() => document.querySelector('main').scrollHeight + 52);
      await page.setViewportSize({ width, height: Math.max(all, height) });
      await page.waitForTimeout(400);
    }
    for (const theme of values.themes.split(',')) {
      await page.evaluate((name) => {
        document.documentElement.dataset.theme = name;
      }, theme);
      await page.waitForTimeout(60);
      const file = `${values.out}/${nameOf(path, name)}-${theme}${width === 1440 ? '' : `-${width}`}.webp`;
      await picture(page, file);
    }
    if (values.full) await page.setViewportSize({ width, height });
  }
  await context.close();
}
await browser.close();
console.log(`${Math.round(bytes / 1000)} kB in ${values.out}`);
if (problems.length > 0) {
  console.error([...new Set(problems)].join('\n'));
  process.exit(1);
}
