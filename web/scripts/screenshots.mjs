// Pictures of pages of a running server, in both themes: `npm run screenshots -- --url https://127.0.0.1:8443 --key-file api-key
// --out DIR [--widths 1440,834] [--full] [path ...]`. Without paths: every place of places.mjs and the main dialogs over them, as
// they are in docs/screenshots. A path may name keys that are pressed there, and the picture: `/certificates#x j x v#revoke-many`.
// With `--scene` it first makes what a demo does not have by itself. Not for: comparing. Invariant: it fails when a page writes an
// error to the console, also one of the content policy.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { args, executablePath } from './browser.mjs';
import { addressOf, arrived, nowhere, places, settledAt } from './places.mjs';
import { makeScene } from './scene.mjs';

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

/** What is pictured: where, what is done there first, and its name. */
const pictures =
  positionals.length > 0
    ? positionals.map((wanted) => {
        const [at, keys = values.keys, name] = wanted.split('#');
        return { at, first: keys && pressed(keys), name: name ?? nameOf(at) };
      })
    : [{ at: '/sign-in' }, ...places].flatMap(({ at, over = [] }) => [
        { at, name: nameOf(at) },
        ...over.filter((open) => open.picture).map((open) => ({ at, first: open, name: open.picture })),
      ]);
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

function nameOf(at) {
  if (at === '/') return 'overview';
  return at
    .slice(1)
    .replaceAll(/:([a-z-]+)/g, 'one')
    .replaceAll(/[^a-z0-9-]+/gi, '-');
}

/** Presses keys, `click:Name_of_a_button` and `type:text`, one after the other. */
function pressed(keys) {
  return async (page) => {
    for (const step of keys.split(' ')) {
      if (step.startsWith('click:'))
        await page
          .getByRole('button', { name: step.slice(6).replaceAll('_', ' ') })
          .first()
          .click();
      else if (step.startsWith('type:')) await page.keyboard.type(step.slice(5));
      else await page.keyboard.press(step);
      await page.waitForTimeout(350);
    }
  };
}

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
  if (values.scene) await makeScene(page.request, values.url);
  page.on('console', (message) => {
    const isExpected = message.location().url.endsWith(nowhere);
    if (message.type() === 'error' && !isExpected) problems.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));
  for (const { at, first, name } of pictures) {
    const session = await context.cookies();
    if (at === '/sign-in') await context.clearCookies();
    await settledAt(page, values.url + (await addressOf({ at }, page, values.url)));
    await page.waitForTimeout(Number(values.settle));
    if (first) {
      await first(page);
      await arrived(page);
      await page.waitForTimeout(350);
    }
    if (values.full) {
      const all = await page.evaluate(() => document.querySelector('main').scrollHeight + 52);
      await page.setViewportSize({ width, height: Math.max(all, height) });
      await page.waitForTimeout(400);
    }
    for (const theme of values.themes.split(',')) {
      await page.evaluate((wanted) => {
        document.documentElement.dataset.theme = wanted;
      }, theme);
      await page.waitForTimeout(60);
      await picture(page, `${values.out}/${name}-${theme}${width === 1440 ? '' : `-${width}`}.webp`);
    }
    if (values.full) await page.setViewportSize({ width, height });
    if (at === '/sign-in') await context.addCookies(session);
  }
  await context.close();
}
await browser.close();
console.log(`${Math.round(bytes / 1000)} kB in ${values.out}`);
if (problems.length > 0) {
  console.error([...new Set(problems)].join('\n'));
  process.exit(1);
}
