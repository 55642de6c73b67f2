// Of the operator's twelve tasks those about where certificates go and who decides: a target that is proven, a decision, a
// threshold. By mouse within the budget of clicks, and by keyboard alone. Not for: discovery (task 8), which has no page yet.
import type { Page } from '@playwright/test';
import { type Api, expect, fresh, press, test } from './hands';
import { besides, until, waiting } from './scenes';

test.describe('6 a target is added and proven', () => {
  const proven = async (page: Page) => {
    const checks = page.getByRole('list', { name: 'Checks' });
    await expect(checks).toContainText('The configuration fits its schema');
    await expect(page.getByRole('button', { name: 'Save target' })).not.toHaveAttribute('aria-disabled', 'true', {
      timeout: 60_000,
    });
    expect(await checks.getByRole('listitem').count()).toBeGreaterThanOrEqual(6);
  };
  const saved = async (page: Page, api: Api, name: string) => {
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    const { items } = await api.get('/targets', { limit: 500 });
    expect(items.map((target: { name: string }) => target.name)).toContain(name);
  };
  /** Fills the form by keys, from its first field on: the agent. */
  const fill = async (page: Page, name: string, files: { certificate_path: string; key_path: string }) => {
    await expect(page.getByRole('combobox', { name: 'Agent' })).toBeFocused();
    await press(page, 'Enter');
    const option = page.getByRole('option', { name: /app-1/ });
    await expect(option).toBeVisible();
    await page.keyboard.type('app-1');
    await expect(option).toBeFocused();
    await press(page, 'Enter', 'Tab');
    await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
    await page.keyboard.type(name);
    await page.getByLabel('Certificate file').fill(files.certificate_path);
    await page.getByLabel('Key file').fill(files.key_path);
  };

  test('with five clicks', async ({ desk: page, hands, api }) => {
    const name = fresh('clicked');
    const { config } = await besides(api, 'tgt-api', name, false);
    await page.getByRole('navigation').getByRole('link', { name: 'Targets' }).click();
    await page.getByRole('link', { name: 'Add a target' }).click();
    await page.getByRole('button', { name: /^Plain files/ }).click();
    await fill(page, name, config);
    await page.getByRole('button', { name: 'Test it' }).click();
    await proven(page);
    await page.getByRole('button', { name: 'Save target' }).click();
    expect(await hands.clicks()).toBeLessThanOrEqual(5);
    await saved(page, api, name);
  });

  test('by keys', async ({ desk: page, hands, api }) => {
    const name = fresh('typed');
    const { config } = await besides(api, 'tgt-api', name, false);
    await press(page, 'g', 't');
    await expect(page.getByRole('grid', { name: 'Targets' }).getByRole('link').first()).toBeVisible();
    await press(page, 'n');
    const type = page.getByRole('button', { name: /^Plain files/ });
    await expect(type).toBeVisible();
    for (let i = 10; i > 0 && !(await type.evaluate((it) => it === document.activeElement)); i -= 1)
      await press(page, 'Tab');
    await press(page, 'Enter');
    await fill(page, name, config);
    await press(page, 'Control+Enter');
    await proven(page);
    await press(page, 'Control+Enter');
    await saved(page, api, name);
    expect(await hands.clicks()).toBe(0);
  });
});

test.describe('7 a request is decided', () => {
  const decided = (api: Api, job: string, state: RegExp) =>
    until(
      () => api.get(`/jobs/${job}`),
      (it) => state.test(it.job.state),
    );

  test('with two clicks', async ({ desk: page, hands, api, url }) => {
    const [one] = await waiting(api, url, 1);
    await page.getByRole('navigation').getByRole('link', { name: 'Approvals' }).click();
    const request = page.getByRole('article').filter({ hasText: one?.name ?? '' });
    await expect(request.getByRole('region', { name: 'As it would be issued' })).toContainText('fits');
    await request.getByRole('button', { name: 'Approve' }).click();
    expect(await hands.clicks()).toBeLessThanOrEqual(2);
    await expect(page.getByText(`The request for ${one?.name} was approved`)).toBeVisible();
    await decided(api, one?.job ?? '', /Pending|Running|Completed|AwaitingCsr|AwaitingCSR/);
  });

  test('rejected with two clicks and a reason', async ({ desk: page, hands, api, url }) => {
    const [one] = await waiting(api, url, 1);
    await page.getByRole('navigation').getByRole('link', { name: 'Approvals' }).click();
    const request = page.getByRole('article').filter({ hasText: one?.name ?? '' });
    await request.getByRole('button', { name: 'Reject…' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('Not before the freeze ends');
    await press(page, 'Control+Enter');
    expect(await hands.clicks()).toBeLessThanOrEqual(2);
    await expect(page.getByText(`The request for ${one?.name} was rejected`)).toBeVisible();
    await decided(api, one?.job ?? '', /Cancelled|Rejected|Failed/);
  });

  test('by keys', async ({ desk: page, hands, api, url }) => {
    const [one, two] = await waiting(api, url, 2);
    await press(page, 'g', 'p');
    const article = page.getByRole('article');
    await expect(article.getByRole('button', { name: 'Approve' })).toBeEnabled();
    const heading = article.getByRole('heading', { level: 2 }).first();
    await expect(heading).toHaveText(one?.name ?? '');
    await press(page, 'j');
    await expect(heading).toHaveText(two?.name ?? '');
    await expect(article.getByRole('button', { name: 'Approve' })).not.toHaveAttribute('aria-disabled', 'true');
    await press(page, 'a');
    await expect(page.getByText(`The request for ${two?.name} was approved`)).toBeVisible();
    await expect(heading).toHaveText(one?.name ?? '');
    await expect(article.getByRole('button', { name: 'Reject…' })).not.toHaveAttribute('aria-disabled', 'true');
    await press(page, 'e');
    const rejection = page.getByRole('dialog', { name: /^Reject the request/ });
    await expect(rejection).toBeVisible();
    await page.getByRole('textbox', { name: 'Reason' }).fill('Not before the freeze ends');
    // Enter alone rejects nothing: it is a line of the reason.
    await press(page, 'Enter');
    await expect(rejection).toBeVisible();
    await press(page, 'Control+Enter');
    await expect(page.getByText(`The request for ${one?.name} was rejected`)).toBeVisible();
    expect(await hands.clicks()).toBe(0);
  });
});

test.describe('9 a threshold is changed, and its effect seen before', () => {
  const followed = async (api: Api) => {
    const policy = await api.post('/renewal-policies', { name: fresh('Sixty'), point: { percent: 60 } });
    await api.post('/certificates', {
      names: [`${fresh('follows')}.example.internal`],
      agent_ids: ['ag-mail-1'],
      renewal_policy_id: policy.id,
    });
    return policy;
  };
  const changed = async (page: Page, api: Api, id: string, name: string, percent: number) => {
    await expect(page.getByText(`${name} is changed`)).toBeVisible();
    expect((await api.get(`/renewal-policies/${id}`)).point).toEqual({ percent });
  };

  test('with three clicks', async ({ desk: page, hands, api }) => {
    const { id, name } = await followed(api);
    await page.getByRole('navigation').getByRole('link', { name: 'Profiles & policies' }).click();
    await page.getByRole('link', { name, exact: true }).click();
    await page.getByLabel('Share of the life in percent').fill('50');
    const impact = page.getByRole('region', { name: 'Impact' });
    await expect(impact).toContainText('1 certificate');
    await expect(impact).toContainText('renewed at another time');
    await page.getByRole('button', { name: 'Save changes' }).click();
    expect(await hands.clicks()).toBeLessThanOrEqual(3);
    await changed(page, api, id, name, 50);
  });

  test('by keys', async ({ desk: page, hands, api }) => {
    const { id, name } = await followed(api);
    await press(page, 'Control+k');
    await page.getByRole('combobox').fill(name);
    await expect(page.getByRole('option', { name })).toHaveAttribute('data-highlighted', '');
    await press(page, 'Enter');
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    await press(page, 'e');
    await expect(page.getByRole('slider', { name: 'Renewal point' })).toBeFocused();
    await press(page, 'PageDown');
    await expect(page.getByRole('region', { name: 'Impact' })).toContainText('renewed at another time');
    const percent = Number(await page.getByLabel('Share of the life in percent').inputValue());
    expect(percent).toBeLessThan(60);
    await press(page, 'Control+Enter');
    await changed(page, api, id, name, percent);
    expect(await hands.clicks()).toBe(0);
  });
});
