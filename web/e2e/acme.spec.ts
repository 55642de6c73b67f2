// A certificate of a real Pebble: its issuer by the form, its order and its proof on the rail while they go on.
// Not for: the order itself (the server's tests). Invariants: the server, the agent and Pebble are real, and
// Pebble really visits the host of the name; the proof is on the screen before Pebble has seen it.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, request } from '@playwright/test';
import { accessibleInBoth } from './fixtures';
import { type Api, apiAs, sessionOf } from './hands';
import { agentBin, ended, heard, peer, server } from './real';

interface Scene {
  url: string;
  key: string;
  api: Api;
  pebble: ReturnType<typeof peer>;
  /** Lets Pebble in to the host, where it waits until then. */
  open: () => void;
}

/** A port that nobody has. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** Stands before the agent: visitors wait at the door until it is opened. */
function doorman(at: number, inside: number) {
  const waiting = new Set<Socket>();
  let isOpen = false;
  const lead = (visitor: Socket) => {
    const way = connect(inside, '127.0.0.1');
    for (const [from, to] of [
      [visitor, way],
      [way, visitor],
    ] as const) {
      from.on('error', () => to.destroy());
      from.pipe(to);
    }
  };
  const door = createServer((visitor) => {
    visitor.on('error', () => waiting.delete(visitor));
    if (isOpen) lead(visitor);
    else waiting.add(visitor);
  }).listen(at, '127.0.0.1');
  return {
    open: () => {
      isOpen = true;
      for (const visitor of waiting) lead(visitor);
      waiting.clear();
    },
    close: () => {
      for (const visitor of waiting) visitor.destroy();
      door.close();
    },
  };
}

/** The first key of all, by the link that a new server prints. */
async function keyOf(link: string): Promise<{ url: string; key: string }> {
  const { origin: url, hash } = new URL(link);
  const context = await request.newContext({ baseURL: url, ignoreHTTPSErrors: true });
  const answer = await context.post('/api/v1/auth/setup', { data: { token: hash.replace('#token=', '') } });
  expect(answer.ok(), await answer.text()).toBe(true);
  const done = await answer.json();
  await context.dispose();
  return { url, key: done.secret ?? done.key?.secret ?? done.api_key?.secret };
}

const test = base.extend<{ scene: Scene }>({
  scene: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'certctl-acme-'));
    const pebble = peer('pebble', join(folder, 'pebble'), { PEBBLE_VALIDATE: '1' });
    const plane = server(join(folder, 'server'), { CERTCTL_ISSUER_NETWORKS: '127.0.0.1,::1' });
    const { url, key } = await keyOf(await heard(plane, /(https:\/\/\S+\/setup#token=[\w-]+)/));
    const { api, close } = await apiAs(url, key);
    const listen = await freePort();
    const door = doorman(Number(pebble.of('PEBBLE_HTTP01_PORT')), listen);
    mkdirSync(join(folder, 'tls'));
    const policy = join(folder, 'agent.toml');
    writeFileSync(
      policy,
      `directories = ["${join(folder, 'tls')}"]\n[file]\n[challenges]\nnames = ["*.test"]\nhttp_01_listen = "127.0.0.1:${listen}"\n`,
    );
    const { token } = await api.post('/agents/invitations', { name: 'web-1' });
    const place = ['--state-dir', join(folder, 'agent'), '--policy', policy];
    const joined = spawn(agentBin, [...place, 'join', url, '--token', token], { stdio: 'ignore' });
    expect(await new Promise((resolve) => joined.once('exit', resolve))).toBe(0);
    const agent = spawn(agentBin, [...place, 'run'], { stdio: 'ignore' });
    await use({ url, key, api, pebble, open: door.open });
    await close();
    await ended(agent);
    await ended(plane);
    door.close();
    pebble.stop();
    rmSync(folder, { recursive: true, force: true });
  },
});

test.use({ ignoreHTTPSErrors: true, contextOptions: { reducedMotion: 'reduce' } });

test('an order is followed on the rail, from its proof to its certificate', async ({
  browser,
  scene: { url, key, api, pebble, open },
}) => {
  test.setTimeout(180_000);
  const context = await browser.newContext({ baseURL: url, storageState: await sessionOf(url, key) });
  const page = await context.newPage();
  // The issuer, by its form.
  await page.goto('/issuers/new/acme');
  await page.getByLabel('Name', { exact: true }).fill('Pebble');
  await page.getByLabel('Directory', { exact: true }).fill(pebble.of('PEBBLE_URL'));
  await page.getByLabel('Terms agreed').check();
  await page.getByText('More settings').click();
  await page.getByLabel('CA certificates', { exact: false }).fill(readFileSync(pebble.of('PEBBLE_CA'), 'utf8'));
  await page.getByRole('button', { name: 'Make and test' }).click();
  await expect(page.getByRole('heading', { name: 'The test passed' })).toBeVisible({ timeout: 60_000 });
  const { items: issuers } = await api.get('/issuers', { kind: 'acme' });

  const { certificate } = await api.post('/certificates', {
    names: ['shop.test'],
    agent_ids: ['ag-web-1'],
    issuer_id: issuers[0].id,
  });
  await page.goto(`/certificates/${certificate.id}`);
  // Its name says what is under way, and then what was.
  const rail = page.getByRole('region', { name: /^(Issuance|Lifecycle) of v1$/ });
  // Pebble stands at the door: the proof is shown, and not seen yet.
  const proof = rail.getByRole('table', { name: 'Proofs of control' }).getByRole('row', { name: /shop\.test/ });
  await expect(proof).toContainText('by HTTP', { timeout: 60_000 });
  await expect(proof).toContainText('Shown', { timeout: 30_000 });
  await expect(proof.getByRole('link', { name: 'web-1' })).toBeVisible();
  await accessibleInBoth(page, 'an open order');
  open();
  // Then it goes on by itself.
  await expect(page.getByRole('main').getByText('Healthy').first()).toBeVisible({ timeout: 90_000 });
  await expect(rail.getByRole('table', { name: 'Proofs of control' })).toBeHidden();
  await expect(rail).toContainText('Pebble');
  await context.close();
});
