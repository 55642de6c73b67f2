// How the binary serves the dashboard: policy, caching, what is not there.
import { expect, test } from './fixtures';

test('the page has the strict policy, and only HTML requests outside of the API get it', async ({ request }) => {
  const page = await request.get('/certificates/mc-x', { headers: { accept: 'text/html' } });
  expect(page.status()).toBe(200);
  expect(page.headers()['content-security-policy']).toContain("require-trusted-types-for 'script'");
  expect(page.headers()['content-security-policy']).not.toContain('unsafe');
  expect(page.headers()['cache-control']).toBe('no-cache');
  expect((await request.get('/certificates', { headers: { accept: '*/*' } })).status()).toBe(404);
  expect((await request.get('/api/v1/nothing', { headers: { accept: 'text/html' } })).status()).toBe(404);
  expect((await request.get('/assets/nothing.js', { headers: { accept: 'text/html' } })).status()).toBe(404);
});

test('assets are kept for ever and come packed', async ({ request }) => {
  const page = await (await request.get('/', { headers: { accept: 'text/html' } })).text();
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? '';
  expect(page).toContain('rel="modulepreload"');
  const asset = await request.get(script, { headers: { 'accept-encoding': 'br' } });
  expect(asset.headers()['content-encoding']).toBe('br');
  expect(asset.headers()['cache-control']).toContain('immutable');
});

// What the server has the browser ask before the page's code is there is what the page then asks, and not a second time.
for (const path of ['/', '/certificates', '/jobs'])
  test(`${path} asks once for what it shows first`, async ({ anywhere: page }) => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname + new URL(request.url()).search));
    const answer = await page.goto(path);
    const early = [...((await answer?.text()) ?? '').matchAll(/as="fetch" crossorigin href="([^"]+)"/g)].map((found) =>
      (found[1] ?? '').replaceAll('&amp;', '&'),
    );
    expect(early).toContain('/api/v1/auth/check');
    expect(early.length).toBeGreaterThan(1);
    await expect(page.locator('main').getByRole('link').first()).toBeVisible();
    for (const ask of early)
      expect(
        asked.filter((one) => one === ask),
        ask,
      ).toHaveLength(1);
  });

test('the licences of what is in the binary come with it', async ({ request }) => {
  const answer = await request.get('/licences.json');
  expect(answer.headers()['content-type']).toContain('application/json');
  const { packages, texts } = (await answer.json()) as {
    packages: { name: string; licence: string; texts: number[] }[];
    texts: string[];
  };
  for (const name of ['axum', 'react', '@fontsource-variable/inter']) {
    const found = packages.find((it) => it.name === name);
    expect(found?.licence, name).not.toBe('');
    expect(texts[found?.texts[0] ?? -1], name).toMatch(/copyright|licen[cs]e/i);
  }
});
