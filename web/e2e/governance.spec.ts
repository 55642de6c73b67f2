// Policies, rules, alert rules and channels: what they would do is seen before it is done, and nobody's change is lost.
import { expect, test } from './fixtures';

test('a renewal point is moved by keys, and what that leads to is counted before it is saved', async ({
  signedIn: page,
}) => {
  await page.goto('/policies/rp-default');
  const impact = page.getByRole('region', { name: 'Impact' });
  await expect(impact).toContainText('certificates follow it');
  await page.keyboard.press('e');
  const handle = page.getByRole('slider', { name: 'Renewal point' });
  await expect(handle).toBeFocused();
  await page.keyboard.press('PageDown');
  await expect(page.getByLabel('Share of the life in percent')).toHaveValue('57');
  await expect(impact).toContainText('renewed at another time');
  await expect(impact.getByRole('link').nth(1)).toBeVisible();
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await expect(impact).not.toContainText('renewed at another time');
});

test('a change by somebody else is shown beside the own one', async ({ signedIn: page }) => {
  await page.goto('/policies/rp-three-tries');
  const tries = page.getByRole('textbox', { name: 'Tries' });
  await expect(tries).toHaveValue(/^\d+$/);
  const before = Number(await tries.inputValue());
  const [mine, theirs] = [before + 1, before + 2];
  await tries.fill(String(mine));
  const answer = await page.evaluate(async (max_attempts) => {
    const headers = { 'content-type': 'application/json' };
    const change = { method: 'PATCH', headers, body: JSON.stringify({ max_attempts }) };
    return (await fetch('/api/v1/renewal-policies/rp-three-tries', change)).status;
  }, theirs);
  expect(answer).toBe(200);
  const both = page.getByRole('region', { name: 'Two versions' });
  await expect(both).toContainText(`${mine} tries`);
  await expect(both).toContainText(`${theirs} tries`);
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Three tries is changed')).toBeVisible();
  await expect(tries).toHaveValue(String(mine));
});

test('an alert rule shows what it finds, and is made', async ({ signedIn: page }) => {
  await page.goto('/alerts/rules/new');
  const preview = page.getByRole('region', { name: 'Preview' });
  await expect(preview).toContainText('match right now');
  await page.getByRole('combobox', { name: 'Field' }).click();
  await page.getByRole('option', { name: 'The end' }).click();
  await page.getByRole('button', { name: 'comes within 14 d' }).click();
  await page.getByRole('button', { name: 'within 90 d' }).click();
  await expect(page.getByRole('region', { name: 'Match now' }).getByRole('link').first()).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill('Ends in three months');
  await page.getByRole('button', { name: 'Save switched off' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Ends in three months' })).toBeVisible();
  await page.getByRole('button', { name: 'Remove…' }).click();
  await page.getByRole('button', { name: 'Remove rule' }).click();
  await expect(page).toHaveURL('/alerts/rules');
});

test('menus and lists are there at the first press of a key', async ({ signedIn: page }) => {
  await page.goto('/policies/rp-default');
  const list = page.getByRole('combobox', { name: 'How the renewal point is set' });
  await list.focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('option', { name: 'after a share of the life' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(list).toBeFocused();
  await page.goto('/alerts/channels');
  await page.getByRole('button', { name: 'New channel' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Webhook' })).toBeVisible();
});
