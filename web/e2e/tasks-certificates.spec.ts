// Of the operator's twelve tasks those about certificates: a failing renewal, an incident of a CA, a request, a way back.
// By mouse within the budget of clicks, and by keyboard alone. Not for: what a page shows besides.
import type { Page } from '@playwright/test';
import { type Api, expect, fresh, press, test } from './hands';
import { besides, failing, until } from './scenes';

test.describe('2 a failing renewal is tried again from the step that failed', () => {
  const retried = async (page: Page, api: Api, id: string) => {
    await expect(page.getByText('Another round has begun')).toBeVisible();
    const { items } = await api.get('/jobs', { certificate_id: id, kind: 'Deployment', limit: 1 });
    await until(
      () => api.get(`/jobs/${items[0].id}`),
      ({ job, steps }) =>
        job.state !== 'Failed' || steps.filter((step: { name: string }) => step.name === 'probe').length > 1,
    );
  };

  test('with two clicks', async ({ desk: page, hands, api }) => {
    const { id, name } = await failing(api);
    const row = page.getByRole('region', { name: 'Needs you now' }).locator('[data-need]').filter({ hasText: name });
    await row.getByRole('link', { name }).click();
    await page.getByRole('button', { name: 'Retry from Deployed' }).click();
    expect(await hands.clicks()).toBeLessThanOrEqual(2);
    await retried(page, api, id);
  });

  test('by keys', async ({ desk: page, hands, api }) => {
    const { id, name } = await failing(api);
    const rows = page.getByRole('region', { name: 'Needs you now' }).locator('[data-need]');
    await expect(rows.filter({ hasText: name })).toBeVisible();
    const focused = rows.filter({ has: page.locator(':focus') });
    await press(page, 'j');
    for (let i = await rows.count(); i > 0 && !(await focused.innerText()).includes(name); i -= 1)
      await press(page, 'j');
    await press(page, 'o');
    await expect(page.getByRole('button', { name: 'Retry from Deployed' })).toBeEnabled();
    await press(page, 'r');
    await retried(page, api, id);
    expect(await hands.clicks()).toBe(0);
  });
});

test.describe('3 everything from one issuer is renewed', () => {
  /** A CA with two certificates that nobody needs. */
  const incident = async (api: Api) => {
    const name = fresh('incident');
    const issuer = await api.post('/issuers', { name: `CA of ${name}`, kind: 'local_ca' });
    const ids: string[] = [];
    for (const n of [1, 2]) {
      const { certificate } = await api.post('/certificates', {
        names: [`${name}-${n}.example.internal`],
        agent_ids: ['ag-app-1'],
        issuer_id: issuer.id,
      });
      ids.push(certificate.id);
    }
    const of = () => api.get('/certificates', { issuer_id: issuer.id });
    await until(of, ({ items }) => items.every((row: { condition: string }) => row.condition === 'healthy'));
    return { issuer, ids };
  };
  const renewed = async (api: Api, ids: readonly string[]) => {
    for (const id of ids) {
      const versions = () => api.get(`/certificates/${id}/versions`);
      await until(versions, ({ items }) => items.length > 1);
    }
  };

  test('with five clicks', async ({ desk: page, hands, api }) => {
    const { issuer, ids } = await incident(api);
    await page.getByRole('navigation').getByRole('link', { name: 'Issuers' }).click();
    await page.getByRole('row', { name: issuer.name }).getByRole('link', { name: '2', exact: true }).click();
    await expect(page.getByRole('grid', { name: 'Certificates' })).toHaveAttribute('aria-rowcount', '3');
    await page.getByRole('checkbox', { name: 'Select the loaded rows' }).click();
    await page.getByRole('toolbar', { name: 'Selection' }).getByRole('button', { name: 'Renew' }).click();
    const plan = page.getByRole('dialog');
    await expect(plan).toContainText('2 certificates of 2 will change');
    await plan.getByRole('button', { name: 'Renew 2' }).click();
    expect(await hands.clicks()).toBeLessThanOrEqual(5);
    await expect(page.getByText('Renew 2 certificates: started')).toBeVisible();
    await renewed(api, ids);
  });

  test('by keys', async ({ desk: page, hands, api }) => {
    const { issuer, ids } = await incident(api);
    await press(page, 'g', 'c');
    const grid = page.getByRole('grid', { name: 'Certificates' });
    await expect(grid.getByRole('link').first()).toBeVisible();
    await press(page, 'f', 'i', 'Enter');
    const choice = page.getByRole('dialog').getByRole('checkbox', { name: issuer.name });
    await expect(choice).toBeVisible();
    const first = page.getByRole('dialog').getByRole('checkbox').first();
    await expect(first).toBeFocused();
    for (let i = 20; i > 0 && !(await choice.evaluate((box) => box === document.activeElement)); i -= 1)
      await press(page, 'Tab');
    await press(page, 'Space');
    await expect(page).toHaveURL(`/certificates?issuer=${issuer.id}`);
    await press(page, 'Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(grid).toHaveAttribute('aria-rowcount', '3');
    await press(page, 'Shift+A');
    await expect(page.getByRole('toolbar', { name: 'Selection' })).toContainText('2 selected');
    await press(page, 'r');
    await expect(page.getByRole('dialog')).toContainText('2 certificates of 2 will change');
    await press(page, 'Control+Enter');
    await expect(page.getByText('Renew 2 certificates: started')).toBeVisible();
    await renewed(api, ids);
    expect(await hands.clicks()).toBe(0);
  });
});

test.describe('5 a certificate is requested and deployed', () => {
  const step = (page: Page, name: string) =>
    page.getByRole('region', { name: /^(Issuance|Lifecycle) of v1/ }).getByText(name);

  test('with three clicks', async ({ desk: page, hands }) => {
    await page.getByRole('link', { name: 'Request certificate' }).click();
    await page.getByLabel('Names', { exact: true }).fill('web.example.internal');
    await page.getByRole('list', { name: 'Targets' }).getByRole('checkbox', { name: 'web', exact: true }).click();
    await expect(page.getByRole('region', { name: 'What will happen' })).toContainText('on web');
    await page.getByRole('button', { name: 'Request certificate' }).click();
    expect(await hands.clicks()).toBeLessThanOrEqual(3);
    await expect(page.getByRole('heading', { level: 1, name: 'web.example.internal' })).toBeVisible();
    // Its rail is watched, without a reload.
    await expect(step(page, 'Verified live').first()).toBeVisible();
    await expect(page.getByRole('region', { name: 'Lifecycle of v1' })).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText('1 of 1').first()).toBeVisible();
  });

  test('by keys', async ({ desk: page, hands, api }) => {
    const name = fresh('typed');
    const place = await besides(api, 'tgt-api', name, false);
    await api.post('/targets', { name, kind: 'file', ...place });
    await press(page, 'n');
    await expect(page.getByLabel('Names', { exact: true })).toBeFocused();
    await page.keyboard.type(`${name}.example.internal`);
    // Past the profile, to the targets.
    await press(page, 'Tab', 'Tab');
    await expect(page.getByLabel('Filter targets')).toBeFocused();
    await page.keyboard.type(name);
    await press(page, 'Tab', 'Space');
    await expect(page.getByRole('checkbox', { name, exact: true })).toBeChecked();
    await press(page, 'Control+Enter');
    await expect(page.getByRole('heading', { level: 1, name: `${name}.example.internal` })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Lifecycle of v1' })).toBeVisible({ timeout: 30_000 });
    expect(await hands.clicks()).toBe(0);
  });
});

test.describe('12 a deployment is taken back', () => {
  /** A certificate whose second version replaced its first on a target. */
  const replaced = async (api: Api) => {
    const name = fresh('back');
    const place = await besides(api, 'tgt-api', name, false);
    const target = await api.post('/targets', { name, kind: 'file', ...place });
    const { certificate } = await api.post('/certificates', {
      names: [`${name}.example.internal`],
      target_ids: [target.id],
    });
    const states = async (): Promise<string> => {
      const { items } = await api.get(`/certificates/${certificate.id}/deployments`);
      return items.map((row: { state: string }) => row.state).join();
    };
    const now = (wanted: string) => until(states, (found) => found === wanted);
    await now('installed');
    await api.post(`/certificates/${certificate.id}/renew`, { force: true });
    await now('installed,superseded');
    return { ...certificate, back: () => now('superseded,installed') };
  };

  test('with four clicks', async ({ desk: page, hands, api }) => {
    const { name, back } = await replaced(api);
    await page
      .getByRole('banner')
      .getByRole('button', { name: /^Search or run a command/ })
      .click();
    await page.getByRole('combobox').fill(name);
    await expect(page.getByRole('option', { name })).toHaveAttribute('data-highlighted', '');
    await press(page, 'Enter');
    await page.getByRole('link', { name: 'Deployments' }).click();
    await page.getByRole('button', { name: 'Roll back…' }).click();
    const plan = page.getByRole('dialog');
    await expect(plan).toContainText('The next renewal deploys a new version again');
    await plan.getByRole('button', { name: 'Roll back 1 target' }).click();
    expect(await hands.clicks()).toBeLessThanOrEqual(4);
    await expect(page.getByText('Deployment of v1 to 1 target started')).toBeVisible();
    await back();
  });

  test('by keys', async ({ desk: page, hands, api }) => {
    const { name, back } = await replaced(api);
    await press(page, 'Control+k');
    await page.getByRole('combobox').fill(name);
    await expect(page.getByRole('option', { name })).toHaveAttribute('data-highlighted', '');
    await press(page, 'Enter');
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    await press(page, ']', ']');
    await expect(page.getByRole('button', { name: 'Roll back…' })).toBeVisible();
    await press(page, 'v');
    const plan = page.getByRole('dialog');
    await expect(plan).toContainText('back to v1?');
    // Enter alone does nothing that is meant to be thought about.
    await press(page, 'Control+Enter');
    await expect(page.getByText('Deployment of v1 to 1 target started')).toBeVisible();
    await back();
    expect(await hands.clicks()).toBe(0);
  });
});
