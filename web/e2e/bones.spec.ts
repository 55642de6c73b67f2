// The frame, the overview and the certificate list, by mouse and by keyboard.
import { nowhere } from '../scripts/places.mjs';
import { expect, test } from './fixtures';
import { press } from './hands';

test('an address that is not there is answered with 404, inside of the frame', async ({ signedIn: page }) => {
  const answer = await page.goto(nowhere);
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1, name: 'Not found' })).toBeVisible();
});

test('a filtered list is the same after a reload', async ({ signedIn: page }) => {
  await page.goto('/certificates');
  await page.getByRole('button', { name: 'Environment' }).click();
  await page.getByRole('checkbox', { name: 'staging' }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Name', exact: true }).click();
  await expect(page).toHaveURL('/certificates?environment=staging&sort=name');
  const names = () => page.getByRole('grid', { name: 'Certificates' }).getByRole('link').allTextContents();
  await expect.poll(names).toHaveLength(2);
  const before = await names();
  await page.reload();
  await expect.poll(names).toEqual(before);
});

test('the list is used by keyboard alone', async ({ signedIn: page }) => {
  await press(page, 'g', 'c');
  await expect(page).toHaveURL('/certificates');
  const grid = page.getByRole('grid', { name: 'Certificates' });
  await expect(grid.getByRole('link').first()).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await expect(page.getByRole('toolbar', { name: 'Selection' })).toContainText('1 selected');
  await page.keyboard.press('Shift+A');
  await expect(page.getByRole('toolbar', { name: 'Selection' })).toContainText(/(1[6-9]|[2-9]\d) selected/);
  await page.keyboard.press('r');
  const plan = page.getByRole('dialog');
  await expect(plan).toContainText('certificates');
  // Enter alone confirms nothing.
  await page.keyboard.press('Escape');
  await expect(plan).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('toolbar', { name: 'Selection' })).toBeHidden();
  await page.keyboard.press('Space');
  await expect(page.getByRole('complementary')).toBeVisible();
  await expect(page).toHaveURL(/peek=/);
});

test('the palette finds a certificate by a part of its name', async ({ signedIn: page }) => {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('login');
  await expect(page.getByRole('option', { name: /login\.example\.internal/ }).first()).toBeVisible();
});
