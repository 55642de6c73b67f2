// Revocation, which cannot be taken back: of what a certificate has now, of one version, of a selection. By mouse and by keyboard.
// Not for: what an authority makes of it (the server's tests have that). Invariant: nothing is revoked by Enter alone.
import type { Page } from '@playwright/test';
import { accessibleInBoth } from './fixtures';
import { type Api, choose, expect, fresh, press, sessionOf, test } from './hands';
import { issued, until } from './scenes';

const versionsOf = async (api: Api, id: string) => (await api.get(`/certificates/${id}/versions`)).items;

test.describe('12 a certificate is revoked', () => {
  test('after what takes its place, by mouse', async ({ desk: page, hands, api }) => {
    const { id, name } = await issued(api);
    await page.goto(`/certificates/${id}`);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Revoke…' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('It has no targets');
    await expect(dialog.getByRole('checkbox')).toBeChecked();
    await choose(page, 'Reason', /stolen/);
    await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
    await dialog.getByRole('button', { name: 'Request revocation' }).click();
    await expect(page.getByText(`${name} is revoked once its replacement is served`)).toBeVisible();
    expect(await hands.clicks()).toBeLessThanOrEqual(5);
    await until(
      () => versionsOf(api, id),
      ([, old]) => Boolean(old?.revoked_at),
    );
    await page.getByRole('link', { name: /^Versions/ }).click();
    const old = page.getByRole('table', { name: 'Versions', exact: true }).getByRole('row', { name: /v1/ });
    await expect(old).toContainText('Revoked');
    await expect(old).toContainText('its key was stolen or has leaked');
  });

  test('at once, by keys, and never by Enter alone', async ({ desk: page, hands, api }) => {
    const { id, name } = await issued(api);
    await page.goto(`/certificates/${id}`);
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    await press(page, 'v');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('combobox', { name: 'Reason' })).toBeFocused();
    await press(page, 'ArrowDown');
    await expect(page.getByRole('option', { name: /stolen/ })).toBeVisible();
    await press(page, 'End');
    await expect(page.getByRole('option', { name: /not published/ })).toBeFocused();
    await press(page, 'Enter');
    await expect(dialog.getByRole('combobox', { name: 'Reason' })).toContainText('not published');
    await dialog.getByRole('checkbox').focus();
    await press(page, 'Space');
    await expect(dialog).toContainText('Nothing takes its place until it is renewed');
    await dialog.getByLabel(`Type ${name} to confirm`).focus();
    // Not with another name, and not by Enter.
    await page.keyboard.type(`x${name}`);
    await press(page, 'Control+Enter', 'Home', 'Delete', 'Enter');
    await expect(dialog.getByRole('button', { name: 'Request revocation' })).toBeEnabled();
    expect((await api.get('/revocations', { certificate_id: id })).items).toEqual([]);
    await press(page, 'Control+Enter');
    await expect(page.getByText(/^Revoked .*: no reason is published\.$/)).toBeVisible();
    await accessibleInBoth(page);
    await press(page, 'v');
    await expect(page.getByText('it is revoked already').first()).toBeVisible();
    expect(await hands.clicks()).toBe(0);
  });

  test('only by those who may', async ({ url, browser, api }) => {
    const { id } = await issued(api);
    const { secret } = await api.post('/api-keys', { name: fresh('reader'), role: 'viewer' });
    // A session of its own: to sign in with the one that all tests share would end it for them.
    const context = await browser.newContext({
      baseURL: url,
      ignoreHTTPSErrors: true,
      storageState: await sessionOf(url, secret),
    });
    const page = await context.newPage();
    await page.goto(`/certificates/${id}`);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    const item = page.getByRole('menuitem', { name: 'Revoke…' });
    await expect(item).toHaveAttribute('aria-disabled', 'true');
    await expect(item).toContainText('needs the role Operator');
    await context.close();
  });
});

test.describe('one version is revoked', () => {
  /** A certificate with two versions. */
  const renewed = async (api: Api) => {
    const { id, name } = await issued(api);
    await api.post(`/certificates/${id}/renew`, { force: true });
    const [, old] = await until(
      () => versionsOf(api, id),
      (versions) => versions.length === 2,
    );
    return { id, name, old };
  };
  const isRevoked = async (api: Api, id: string) => {
    const [now, old] = await until(
      () => versionsOf(api, id),
      ([, before]) => Boolean(before?.revoked_at),
    );
    expect([now.current, now.revoked_at ?? null, old.revocation_reason]).toEqual([true, null, 'superseded']);
  };

  test('by mouse, and what is current stays', async ({ desk: page, api }) => {
    const { id, name } = await renewed(api);
    await page.goto(`/certificates/${id}/versions`);
    await page.getByRole('button', { name: /^Actions for v1/ }).click();
    await page.getByRole('menuitem', { name: 'Revoke this version…' }).click();
    const dialog = page.getByRole('dialog', { name: `Revoke v1 of ${name}?` });
    await expect(dialog).toContainText('Another version has taken its place already.');
    await expect(dialog.getByRole('checkbox')).toHaveCount(0);
    await accessibleInBoth(page, 'revoking a version');
    await choose(page, 'Reason', /taken its place/);
    await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
    await dialog.getByRole('button', { name: 'Request revocation' }).click();
    await expect(page.getByText(`The revocation of v1 of ${name} is on its way`)).toBeVisible();
    await isRevoked(api, id);
    const old = page.getByRole('table', { name: 'Versions', exact: true }).getByRole('row', { name: /v1/ });
    await expect(old).toContainText('another has taken its place');
    // It cannot be done twice.
    await page.getByRole('button', { name: /^Actions for v1/ }).click();
    await expect(page.getByRole('menuitem', { name: 'Revoke this version…' })).toContainText('it is revoked already');
  });

  test('by keys', async ({ desk: page, hands, api }) => {
    const { id, name } = await renewed(api);
    await page.goto(`/certificates/${id}/versions`);
    const rows = page.getByRole('table', { name: 'Versions', exact: true }).getByRole('row');
    await expect(rows.filter({ hasText: 'v1' })).toBeVisible();
    const focus = page.locator(':focus');
    await press(page, 'j');
    await expect(rows.filter({ hasText: 'v2' }).locator(focus)).toBeVisible();
    await press(page, 'j');
    await expect(rows.filter({ hasText: 'v1' }).locator(focus)).toBeVisible();
    await press(page, '.');
    const item = page.getByRole('menuitem', { name: 'Revoke this version…' });
    await expect(item).toBeVisible();
    await press(page, 'ArrowDown');
    await expect(item).toBeFocused();
    await press(page, 'Enter');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('combobox', { name: 'Reason' })).toBeFocused();
    await press(page, 'ArrowDown');
    await expect(page.getByRole('option', { name: /taken its place/ })).toBeVisible();
    await page.keyboard.type('Another cert');
    await expect(page.getByRole('option', { name: /taken its place/ })).toBeFocused();
    await press(page, 'Enter');
    await dialog.getByLabel(`Type ${name} to confirm`).focus();
    await page.keyboard.type(name);
    await press(page, 'Enter');
    await expect(dialog).toBeVisible();
    await press(page, 'Control+Enter');
    await expect(dialog).toBeHidden();
    await isRevoked(api, id);
    expect(await hands.clicks()).toBe(0);
  });
});

test.describe('a selection is revoked', () => {
  /** Two certificates of one environment, and one there that was never issued. */
  const scene = async (api: Api) => {
    const environment = fresh('breach');
    const [one, two] = [await issued(api, { environment }), await issued(api, { environment })];
    await api.post('/certificates', {
      names: [`${fresh('brought')}.example.internal`],
      key_strategy: 'external',
      environment,
    });
    return { environment, ids: [one.id, two.id] };
  };
  const bar = (page: Page) => page.getByRole('toolbar', { name: 'Selection' });
  const areRevoked = async (api: Api, ids: readonly string[]) => {
    for (const id of ids)
      await until(
        () => api.get(`/certificates/${id}`),
        ({ condition }) => condition === 'revoked',
      );
  };

  test('by mouse, after its plan, and with the number typed', async ({ desk: page, api }) => {
    const { environment, ids } = await scene(api);
    await page.goto(`/certificates?environment=${environment}`);
    await expect(page.getByRole('grid').getByRole('link')).toHaveCount(3);
    await page.getByRole('grid').getByRole('checkbox').first().check();
    await bar(page)
      .getByRole('button', { name: /^Revoke…/ })
      .click();
    const dialog = page.getByRole('dialog', { name: 'Revoke 2 certificates?' });
    await expect(dialog).toContainText('2 certificates of 3 will be revoked');
    await expect(dialog).toContainText('1 certificate was never issued');
    const revoke = dialog.getByRole('button', { name: 'Revoke 2' });
    await expect(revoke).toHaveAttribute('aria-disabled', 'true');
    await accessibleInBoth(page, 'revoking a selection');
    await choose(page, 'Reason', /stolen/);
    await dialog.getByRole('checkbox').uncheck();
    await expect(dialog).toContainText('They are revoked at once');
    await dialog.getByLabel('Type 2 to confirm').fill('3');
    await expect(revoke).toHaveAttribute('aria-disabled', 'true');
    await dialog.getByLabel('Type 2 to confirm').fill('2');
    await dialog.getByLabel('Why').fill('The host was broken into');
    await revoke.click();
    await expect(page.getByText('Revoke 2 certificates: started').first()).toBeVisible();
    await expect(bar(page)).toBeHidden();
    await areRevoked(api, ids);
    const { items } = await api.get('/revocations', { certificate_id: ids[0] ?? '' });
    expect([items[0].reason, items[0].replace_first]).toEqual(['key_compromise', false]);
  });

  test('by keys, and never by Enter alone', async ({ desk: page, hands, api }) => {
    const { environment, ids } = await scene(api);
    await page.goto(`/certificates?environment=${environment}`);
    await expect(page.getByRole('grid').getByRole('link')).toHaveCount(3);
    await page.getByRole('grid').focus();
    await press(page, 'x', 'j', 'x', 'j', 'x');
    await expect(bar(page)).toContainText('3 selected');
    await press(page, 'v');
    const dialog = page.getByRole('dialog', { name: 'Revoke 2 certificates?' });
    await expect(dialog.getByRole('combobox', { name: 'Reason' })).toBeFocused();
    await press(page, 'ArrowDown');
    await expect(page.getByRole('option', { name: /not served/ })).toBeVisible();
    await page.keyboard.type('Its names');
    await expect(page.getByRole('option', { name: /not served/ })).toBeFocused();
    await press(page, 'Enter');
    await dialog.getByRole('checkbox').focus();
    await press(page, 'Space');
    await dialog.getByLabel('Type 2 to confirm').focus();
    await page.keyboard.type('2');
    await press(page, 'Enter');
    await expect(dialog.getByRole('button', { name: 'Revoke 2' })).not.toHaveAttribute('aria-disabled', 'true');
    expect((await api.get('/revocations', { certificate_id: ids[0] ?? '' })).items).toEqual([]);
    await press(page, 'Control+Enter');
    await expect(dialog).toBeHidden();
    await areRevoked(api, ids);
    expect(await hands.clicks()).toBe(0);
  });
});
