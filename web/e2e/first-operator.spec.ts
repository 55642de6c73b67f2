// A first-time operator: from `certctl server` on an empty folder to a certificate that nginx is seen serving, in under three
// minutes, with no page of documentation. Not for: how fast the parts are. Invariants: everything is typed at five letters a second
// or pasted from what the page offers to copy, and each page and each button is read first; on the host only what the page says is
// done; the server, the agent and nginx are real, and what the page says is asked of nginx again by a handshake of this test's own.
import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect } from 'node:tls';
import type { Locator, Page } from '@playwright/test';
import { test as base, expect } from '@playwright/test';
import { accessibleInBoth } from './fixtures';
import { agentBin, ended, heard, peer, server } from './real';

/** Between two letters; before something is pressed; for a page that has not been seen before. */
const KEY_MS = 200;
const READ_MS = 700;
const LOOK_MS = 2500;
/** Going to the terminal or the editor and back, and the paste there. */
const SWITCH_MS = 2000;
const LIMIT_MS = 180_000;

interface Nginx {
  port: number;
  certs: string;
  config: string;
  folder: string;
}

const test = base.extend<{ folder: string; nginx: Nginx; server: { link: string; began: number } }>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'certctl-first-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  nginx: async ({ folder }, use) => {
    const { of, stop } = peer('nginx', join(folder, 'nginx'), { NGINX_SITES: '1' });
    await use({
      port: Number(of('NGINX_PORT')),
      certs: of('NGINX_CERTS'),
      config: of('NGINX_CONF'),
      folder: dirname(of('NGINX_CONF')),
    });
    stop();
  },
  server: async ({ folder }, use) => {
    const began = Date.now();
    const child = server(join(folder, 'server'));
    const link = await heard(child, /(https:\/\/\S+\/setup#token=[\w-]+)/);
    await use({ link, began });
    await ended(child);
  },
});

/** A line of a file as it is on this host, and how many letters of it are typed: what is there is kept. */
function edited(text: string, line: RegExp, now: string): { text: string; letters: number } {
  expect(text).toMatch(line);
  return { text: text.replace(line, now), letters: /["[](.*)["\]]/.exec(now)?.[1]?.length ?? now.length };
}

/** The certificate that nginx serves. */
function served(port: number): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'site0.test', rejectUnauthorized: false }, () => {
      resolve(new X509Certificate(socket.getPeerCertificate().raw));
      socket.end();
    });
    socket.once('error', reject);
  });
}

// What axe looks at must not fade meanwhile.
test.use({ contextOptions: { reducedMotion: 'reduce' }, permissions: ['clipboard-read', 'clipboard-write'] });

test('from an empty server to a certificate seen live on nginx, under three minutes', async ({
  page,
  folder,
  nginx,
  server,
}) => {
  test.setTimeout(LIMIT_MS + 60_000);
  let { began } = server;
  const times: [string, number][] = [];
  let last = began;
  const done = (step: string) => {
    const now = Date.now();
    times.push([step, now - last]);
    last = now;
  };
  const press = async (what: Locator) => {
    await what.waitFor();
    await page.waitForTimeout(READ_MS);
    await what.click();
  };
  const type = async (where: Locator, text: string) => {
    await where.click();
    await where.press('ControlOrMeta+a');
    await where.pressSequentially(text, { delay: KEY_MS });
  };
  const paste = async (where: Locator, text: string) => {
    await page.waitForTimeout(SWITCH_MS);
    await where.fill(text);
  };
  const look = () => page.waitForTimeout(LOOK_MS);
  /** What the page offers to copy, by its button. */
  const copied = async (label: string): Promise<string> => {
    await press(page.getByLabel(label).locator('..').getByRole('button', { name: 'Copy' }));
    await page.waitForTimeout(SWITCH_MS);
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const button = (name: string | RegExp) => page.getByRole('button', { name }).first();
  const link = (name: string | RegExp, within: Page | Locator = page) => within.getByRole('link', { name }).first();

  const before = await served(nginx.port);
  await page.goto(server.link);
  await expect(page.getByLabel('Password')).toBeVisible();
  // What no operator waits for.
  const looked = Date.now();
  await accessibleInBoth(page, 'the first page of an empty server');
  began += Date.now() - looked;
  last = began;
  await look();
  await type(page.getByLabel('Password'), 'correct horse battery');
  await press(button('Make admin and sign in'));
  done('the admin account');

  const main = page.locator('main');
  await look();
  await press(link('Enrol an agent', main));
  await type(page.getByLabel('Name of the agent'), 'web-1');
  await press(button('Make the command'));
  await expect(page.getByLabel('The command that joins')).toBeVisible();
  await look();
  const args = (await copied('The command that joins'))
    .replace(/^certctl-agent /, '')
    .trim()
    .split(/\s+/);
  done('the command for the host');

  // On the host, beside the browser: the policy that the page shows is pasted into an editor, and made that of this host.
  let policy = await copied('A policy for nginx');
  let letters = 0;
  for (const [line, now] of [
    [/^directories = .*$/m, `directories = ["${nginx.certs}"]`],
    [/^config = .*$/m, `config = "${nginx.config}"`],
    [/^ports = .*$/m, `ports = [${nginx.port}]`],
    // Not where a packaged nginx is.
    [/^binary = .*$/m, `$&\nprefix = "${nginx.folder}"`],
  ] as const) {
    const next = edited(policy, line, now);
    policy = next.text;
    letters += next.letters;
  }
  await page.waitForTimeout(letters * KEY_MS);
  writeFileSync(join(folder, 'agent.toml'), policy, { mode: 0o600 });
  // The command is pasted into a terminal. Its folders are the test's own, since it is not root; it works on at once.
  await page.waitForTimeout(SWITCH_MS);
  const own = ['--state-dir', join(folder, 'agent'), '--policy', join(folder, 'agent.toml')];
  const agent = spawn(agentBin, [...own, ...args, '--run'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let agentSaid = '';
  agent.stdout.on('data', (chunk: Buffer) => (agentSaid += chunk.toString()));
  agent.stderr.on('data', (chunk: Buffer) => (agentSaid += chunk.toString()));
  try {
    await press(link('Add a target on it'));
    done('the agent has joined');

    await look();
    await press(button(/nginx server/));
    await look();
    await type(page.getByLabel('Name', { exact: true }), 'shop');
    // Both are lines of nginx's own configuration: copied from there.
    await paste(page.getByLabel('Certificate file'), join(nginx.certs, 'site0.test.pem'));
    await paste(page.getByLabel('Key file'), join(nginx.certs, 'site0.test.key'));
    if (!(await button('Add endpoint').isVisible())) await page.getByText('More settings').last().click();
    await press(button('Add endpoint'));
    await type(page.getByLabel('Address 1'), `127.0.0.1:${nginx.port}`);
    await type(page.getByLabel('Server name 1'), 'site0.test');
    await press(button('Test it'));
    done('where it is served');

    // Saved from the test itself, or after a look at what is made.
    const next = button(/^(Next: save|Save target)$/);
    await expect(next).toBeEnabled({ timeout: 30_000 });
    const another = (await next.textContent())?.startsWith('Next') ?? false;
    await press(next);
    if (another) await press(button('Save target'));
    await expect(page.getByRole('heading', { level: 1, name: 'shop' })).toBeVisible();
    done('the target is tested and saved');

    await press(link('Certificates'));
    await press(link('Request certificate', main));
    await look();
    await type(page.getByLabel('Names'), 'site0.test');
    await press(page.getByRole('checkbox', { name: 'shop' }));
    await press(button('Request certificate'));
    done('the request');

    await expect(main.getByText('Healthy', { exact: true }).first()).toBeVisible({ timeout: 60_000 });
    await expect(main.getByText('1 of 1', { exact: true }).first()).toBeVisible();
    done('verified live');
  } catch (error) {
    test.info().annotations.push({ type: 'agent', description: agentSaid });
    throw error;
  } finally {
    await ended(agent);
  }
  const all = Date.now() - began;
  // oxlint-disable-next-line no-console
  for (const [step, ms] of [...times, ['all', all] as const])
    console.log(`${(ms / 1000).toFixed(1).padStart(6)} s  ${step}`);
  const now = await served(nginx.port);
  expect(now.fingerprint256).not.toBe(before.fingerprint256);
  expect(now.subjectAltName).toContain('site0.test');
  expect(existsSync(join(folder, 'server')) && readFileSync(join(nginx.certs, 'site0.test.pem'), 'utf8')).toContain(
    'BEGIN CERTIFICATE',
  );
  expect(all).toBeLessThan(LIMIT_MS);
});
