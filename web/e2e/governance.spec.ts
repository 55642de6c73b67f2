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

test('of the audit trail a part of the time is chosen by keys, and a change has its before and after', async ({
  signedIn: page,
}) => {
  await page.goto('/policies/rp-default');
  const object = await page.evaluate(async () => {
    const send = async (method: string, path: string, body: object) =>
      (
        await fetch(`/api/v1${path}`, {
          method,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).json() as Promise<{ id: string }>;
    const { id } = await send('POST', '/owners', { name: 'Night desk' });
    await send('PATCH', `/owners/${id}`, { name: 'Day desk' });
    return id;
  });
  await page.goto(`/audit?action=owner.update&object=${object}`);
  const bars = page.getByRole('listbox', { name: /^Parts of the time/ });
  await bars.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/[?&]at=/);
  await page.getByRole('button', { name: 'All times' }).click();
  await expect(page).not.toHaveURL(/[?&]at=/);
  await page.getByRole('row', { name: /owner/ }).nth(0).click();
  await page.keyboard.press('Enter');
  const changes = page.getByRole('complementary', { name: 'Event' }).getByRole('table').first();
  await expect(changes).toContainText('Night desk');
  await expect(changes).toContainText('Day desk');
  await expect(changes.getByRole('columnheader', { name: 'Before' })).toBeVisible();
});

test('a point that is whichever is sooner moves the one that counts', async ({ signedIn: page }) => {
  await page.goto('/policies/new');
  await page.getByRole('combobox', { name: 'How the renewal point is set' }).click();
  await page.getByRole('option', { name: 'whichever is sooner' }).click();
  await page.getByLabel('Share of the life in percent').fill('90');
  const handle = page.getByRole('slider', { name: 'Renewal point' });
  await expect(handle).toHaveAttribute('aria-valuetext', /30\sd before the end/);
  await page.getByLabel('Share of the life in percent').fill('50');
  await expect(handle).toHaveAttribute('aria-valuetext', /45\sd before the end/);
});

test('what somebody can do follows from role and scope, and an admin is made by typing the name', async ({
  signedIn: page,
}) => {
  await page.goto('/settings/users');
  const name = `scoped-${Date.now()}`;
  await page.getByRole('button', { name: 'Add a user' }).first().click();
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password').fill('quiet harbour morning');
  await page.getByRole('combobox', { name: 'Role' }).click();
  await page.getByRole('option', { name: 'Operator' }).click();
  await page.getByRole('button', { name: 'Environments' }).click();
  await page.getByLabel('Search environments').fill('laboratory');
  await page.getByRole('button', { name: 'Take “laboratory”' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Add a user' }).getByRole('button', { name: 'Add user' }).click();
  const row = page.getByRole('row', { name: new RegExp(name) });
  await expect(row).toContainText('laboratory');
  await row.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Role and scope…' }).click();
  await page.getByRole('combobox', { name: 'Role' }).click();
  await page.getByRole('option', { name: 'Admin' }).click();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('dialog', { name: /^Role of / })).toBeVisible();
  await page.keyboard.press('Escape');

  await page.goto('/settings/roles');
  await page.getByRole('combobox', { name: 'Who' }).click();
  await page.getByRole('option', { name: new RegExp(name) }).click();
  const answers = page.getByRole('list', { name: 'Answers' });
  await expect(answers).toContainText('only what is in laboratory');
  await page.getByRole('combobox', { name: 'in', exact: true }).click();
  await page.getByRole('option', { name: 'laboratory' }).click();
  await expect(answers).not.toContainText('only what is');
});

test('an agent is quarantined after its plan, and its day is told', async ({ signedIn: page }) => {
  await page.goto('/agents/ag-mail-1');
  await expect(page.getByRole('img', { name: /^The last 24 hours: / })).toBeVisible();
  await page.getByRole('button', { name: 'Quarantine…' }).click();
  await expect(page.getByRole('dialog')).toContainText('until the quarantine is lifted');
  await page.getByRole('button', { name: 'Quarantine agent' }).click();
  await page.getByRole('button', { name: 'Lift quarantine' }).click();
  await expect(page.getByRole('button', { name: 'Quarantine…' })).toBeVisible();
});
