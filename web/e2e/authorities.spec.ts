// Authorities outside and their DNS providers, by the forms of their kinds.
// Not for: an authority that answers (the server's tests have those): here what is configured, kept and shown.
import { choose, expect, fresh, press, test } from './hands';

// Nobody answers there, and the server would not connect to it.
const NOWHERE = 'https://127.0.0.1:1';

test('a Vault is configured by its form, tested, and changed with its secret kept', async ({ desk: page, api }) => {
  const name = fresh('Vault');
  await page.goto('/issuers/new/vault');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Make and test' }).click();
  await expect(page.getByText('Address is needed.')).toBeVisible();
  await expect(page.getByText('Token is needed.')).toBeVisible();
  // What does not go with the way to log in is not asked for.
  await choose(page, 'Method', 'approle');
  await expect(page.getByLabel('Token', { exact: true })).toBeHidden();
  await expect(page.getByText('Role id is needed.')).toBeVisible();
  await choose(page, 'Method', 'token');
  await page.getByLabel('Address', { exact: true }).fill(NOWHERE);
  await page.getByLabel('Role', { exact: true }).fill('web');
  await page.getByLabel('Token', { exact: true }).fill('hvs.not-a-token');
  await page.getByRole('button', { name: 'Make and test' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  const facts = page.getByRole('region', { name: 'Facts' });
  await expect(facts).toContainText('Tokenset, never shown');
  await expect(page.getByRole('heading', { name: 'The test failed' })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Steps of the test' })).toContainText('It can be reached');
  await facts.getByRole('link', { name: 'Edit' }).click();
  const token = page.getByLabel('Token', { exact: false }).first();
  await expect(token).toHaveAttribute('placeholder', /stored/);
  await expect(token).toHaveValue('');
  await page.getByLabel('Role', { exact: true }).fill('intranet');
  await page.getByRole('button', { name: 'Save only' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(facts).toContainText('intranet');
  await expect(facts).toContainText('Tokenset, never shown');
  // What was found before is not said of what is configured now.
  await expect(page.getByRole('heading', { name: 'The test failed' })).toBeHidden();
  const { items } = await api.get('/issuers', { kind: 'vault', limit: 500 });
  const made = items.find((issuer: { name: string }) => issuer.name === name);
  expect([made.config.role, made.secrets]).toEqual(['intranet', ['token']]);
});

test('a DNS provider is set up, tested for a name, used by an issuer, and removed only after that', async ({
  desk: page,
}) => {
  const name = fresh('Zones');
  await press(page, 'g', 'i');
  await page.getByRole('link', { name: 'DNS providers' }).click();
  await expect(page).toHaveURL('/issuers/dns-providers');
  await page.getByRole('button', { name: 'New DNS provider' }).click();
  await page.getByRole('menuitem', { name: 'Dynamic updates (RFC 2136)' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Server', { exact: true }).fill('127.0.0.1:1');
  await page.getByLabel("Key's name").fill('certctl');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText("Key's secret is needed.")).toBeVisible();
  await page.getByLabel("Key's secret").fill('c2VjcmV0c2VjcmV0c2VjcmV0');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.getByLabel("Key's secret")).toHaveValue('');
  const test = page.getByRole('region', { name: /test/i });
  await test.getByLabel('For the name').fill('www.example.invalid');
  await test.getByRole('button', { name: 'Test' }).click();
  await expect(page.getByRole('heading', { name: 'The test failed' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('list', { name: 'Steps of the test' })).toContainText('Its secrets open');
  // An issuer that proves names by DNS has to name one.
  const issuer = fresh('ACME');
  await page.goto('/issuers/new/acme');
  await page.getByLabel('Name', { exact: true }).fill(issuer);
  await page.getByLabel('Directory', { exact: true }).fill(`${NOWHERE}/directory`);
  // Most people need none of the rest, which waits under one heading.
  await expect(page.getByLabel('Key id of the binding')).toBeHidden();
  await page.getByText('More settings').click();
  await expect(page.getByLabel('Key id of the binding')).toBeVisible();
  await page.getByRole('button', { name: 'Make and test' }).click();
  await expect(page.getByText('Tick it to go on.')).toBeVisible();
  await page.getByLabel('Terms agreed').check();
  await expect(page.getByRole('combobox', { name: 'DNS provider' })).toBeHidden();
  await page.getByLabel('dns-01').check();
  await choose(page, 'DNS provider', name);
  await page.getByRole('button', { name: 'Make and test' }).click();
  await page.getByRole('region', { name: 'Facts' }).getByRole('link', { name }).click();
  await expect(page.getByRole('region', { name: 'Health' })).toContainText(issuer);
  await page.getByRole('button', { name: 'Remove…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('link', { name: issuer })).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Remove DNS provider' })).toHaveAttribute('aria-disabled', 'true');
  // Once nobody uses it.
  await dialog.getByRole('link', { name: issuer }).click();
  await page.getByLabel('dns-01').uncheck();
  await page.getByRole('button', { name: 'Save only' }).click();
  await expect(page.getByRole('region', { name: 'Facts' })).not.toContainText('DNS provider');
  await page.goto('/issuers/dns-providers');
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  await page.getByRole('button', { name: 'Remove DNS provider' }).click();
  await expect(page.getByText(`${name} is removed`)).toBeVisible();
});
