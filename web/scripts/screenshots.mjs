// Pictures of pages of a running server, in both themes: `npm run screenshots -- --url https://127.0.0.1:8443 --key-file api-key
// --out DIR [--widths 1440,834] [--full] [path ...]`. Without paths: the pages of the list below, as they are in docs/screenshots.
// Not for: comparing. Invariant: it fails when a page writes an error to the console, also one of the content policy.
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
    keys: { type: 'string' },
    quality: { type: 'string', default: '75' },
    settle: { type: 'string', default: '700' },
  },
});

/** Height for a width: a laptop, a tablet held upright. */
const heights = { 1440: 900, 834: 1112 };

// An id of the demo, or `:kind` for the first that the server has.
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
  '/issuers/new/local_ca',
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

/** The path with the id of the first of its kind. */
async function addressOf(page, path) {
  const kind = /:([a-z-]+)/.exec(path)?.[1];
  if (kind === undefined) return path;
  const { items } = await (await page.request.get(`${values.url}/api/v1/${kind}?limit=1`)).json();
  return items[0] ? path.replace(`:${kind}`, items[0].id) : null;
}

const nameOf = (path) =>
  path === '/'
    ? 'overview'
    : path
        .slice(1)
        .replaceAll(/:([a-z-]+)/g, 'one')
        .replaceAll(/[^a-z0-9-]+/gi, '-');

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
  page.on('console', (message) => message.type() === 'error' && problems.push(`${page.url()}: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));
  for (const path of pages) {
    const address = await addressOf(page, path);
    if (address === null) {
      console.log(`${path}: there is none`);
      continue;
    }
    await page.goto(values.url + address);
    await page.locator('main').waitFor();
    await page.locator('main [aria-busy=true]').waitFor({ state: 'detached' });
    await page.waitForTimeout(Number(values.settle));
    for (const step of values.keys?.split(' ') ?? []) {
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
      const file = `${values.out}/${nameOf(path)}-${theme}${width === 1440 ? '' : `-${width}`}.webp`;
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
