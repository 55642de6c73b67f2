// The page of all components (`/ui`, which no release has), built apart and shown on this worker's server: axe in both themes, room for
// longer words, and the measures of each primitive. Not for: pages. Invariant: what is there has a fixed clock and fixed data.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Locator } from '@playwright/test';
import { serverOf } from './demo';
import { accessibleInBoth } from './fixtures';
import { sessionOf } from './hands';
import { faultsOn, lengthen } from './layout';

const web = join(import.meta.dirname, '..');
const vite = join(web, 'node_modules/vite/bin/vite.js');

const test = base.extend<object, { shown: string }>({
  shown: [
    async ({}, use, worker) => {
      const out = mkdtempSync(join(tmpdir(), 'certctl-ui-'));
      const env = { ...process.env, VITE_UI_PAGE: '1', CERTCTL_SERVER: serverOf(worker).url };
      execFileSync(process.execPath, [vite, 'build', '--outDir', out, '--logLevel', 'error'], { cwd: web, env });
      const child = spawn(process.execPath, [vite, 'preview', '--outDir', out, '--host', '127.0.0.1', '--port', '0'], {
        cwd: web,
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await use(await address(child));
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      rmSync(out, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

/** Where it is shown, as it says. */
function address(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      // Its colours are between the letters.
      // oxlint-disable-next-line no-control-regex
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said.replaceAll(/\u001B\[[\d;]*m/g, ''))?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`the preview ended with ${code}: ${said}`)));
  });
}

test.use({ contextOptions: { reducedMotion: 'reduce' }, trace: 'off' });

test('every component, in both themes, with room and with its measures', async ({ page, context, shown }, worker) => {
  test.setTimeout(180_000);
  const { url, key } = serverOf(worker);
  const { cookies } = await sessionOf(url, key);
  // The session is the server's, and the page another origin's.
  await context.addCookies(cookies.map((cookie) => ({ ...cookie, domain: '127.0.0.1' })));
  await page.goto(`${shown}/ui`);
  await expect(page.getByRole('heading', { level: 1, name: 'Components' })).toBeVisible();
  await accessibleInBoth(page, 'the components');

  const measured = async (what: Locator, ...names: readonly string[]) =>
    what.first().evaluate((element, all) => {
      const style = getComputedStyle(element);
      return all.map((name) => style.getPropertyValue(name));
    }, names);
  const main = page.getByRole('main');
  const button = (name: string) => main.getByRole('button', { name, exact: true });
  expect(await measured(button('Request certificate'), 'height', 'border-top-left-radius', 'font-size')).toEqual([
    '32px',
    '6px',
    '13px',
  ]);
  expect(await measured(button('Small'), 'height')).toEqual(['28px']);
  expect(await measured(main.getByLabel('Name').first(), 'height', 'border-top-left-radius')).toEqual(['32px', '6px']);
  expect(await measured(main.locator('.rounded-chip', { hasText: /^production$/ }), 'border-top-left-radius')).toEqual([
    '4px',
  ]);
  expect(await measured(main.getByRole('region', { name: 'Buttons' }), 'border-top-left-radius', 'box-shadow')).toEqual(
    ['10px', 'none'],
  );
  expect((await measured(main.locator('code').first(), 'font-family'))[0]).toContain('JetBrains Mono');

  for (const width of [1440, 834, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await expect.poll(() => faultsOn(page), { timeout: 3000 }).toEqual([]);
  }
  await lengthen(page);
  for (const width of [834, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await expect.poll(() => faultsOn(page), { timeout: 3000 }).toEqual([]);
  }
});
