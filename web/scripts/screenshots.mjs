// Pictures of pages of a running server, in both themes: `npm run screenshots -- --url https://127.0.0.1:8443 --key-file api-key
// --out DIR [--width 1440 --height 900] [--full] [path ...]`. Without paths: the pages of the list below.
// Not for: comparing. Invariant: it fails when a page writes an error to the console, also one of the content policy.
import { mkdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { args, executablePath } from './browser.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string', default: 'https://127.0.0.1:8443' },
    'key-file': { type: 'string' },
    out: { type: 'string', default: '../docs/screenshots' },
    width: { type: 'string', default: '1440' },
    height: { type: 'string', default: '900' },
    themes: { type: 'string', default: 'light,dark' },
    full: { type: 'boolean', default: false },
    keys: { type: 'string' },
    settle: { type: 'string', default: '700' },
  },
});

const pages = positionals.length > 0 ? positionals : ['/', '/certificates'];
const key = values['key-file'] ? readFileSync(values['key-file'], 'utf8').trim() : undefined;
mkdirSync(values.out, { recursive: true });

const browser = await chromium.launch({ executablePath, args });
const problems = [];
for (const theme of values.themes.split(',')) {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: Number(values.width), height: Number(values.height) },
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && problems.push(`${page.url()}: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));
  if (key) {
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
    problems.length = 0;
  }
  for (const path of pages) {
    await page.goto(values.url + path);
    await page.locator('main').waitFor();
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
    const name = path === '/' ? 'overview' : path.replace(/^\//, '').replaceAll(/[^a-z0-9-]+/gi, '-');
    const file = `${values.out}/${name}-${theme}${values.width === '1440' ? '' : `-${values.width}`}.png`;
    if (values.full) {
      const height = await page.evaluate(() => document.querySelector('main').scrollHeight + 52);
      await page.setViewportSize({ width: Number(values.width), height: Math.max(height, Number(values.height)) });
      await page.waitForTimeout(400);
    }
    await page.screenshot({ path: file });
    if (values.full) await page.setViewportSize({ width: Number(values.width), height: Number(values.height) });
    console.log(file);
  }
  await context.close();
}
await browser.close();
if (problems.length > 0) {
  console.error([...new Set(problems)].join('\n'));
  process.exit(1);
}
