// The list of certificates and a certificate's page: widths of columns, views, a probe, and both on paper.
// Not for: the twelve tasks (tasks-certificates.spec.ts). Invariant: what is set is found again after a reload.
import { expect, fresh, press, test } from './hands';

const grid = 'Certificates';

test.describe('the width of a column', () => {
  test('is set by drag, kept in the address, and taken back by a double click', async ({ desk: page }) => {
    await page.goto('/certificates');
    const head = page.getByRole('grid', { name: grid }).getByRole('columnheader', { name: 'Issuer' });
    const edge = page.locator('[data-edge=issuer]');
    const before = (await head.boundingBox())?.width ?? 0;
    const at = await edge.boundingBox();
    expect(at).not.toBeNull();
    await page.mouse.move((at?.x ?? 0) + 4, (at?.y ?? 0) + 8);
    await page.mouse.down();
    await page.mouse.move((at?.x ?? 0) + 84, (at?.y ?? 0) + 8, { steps: 4 });
    await page.mouse.up();
    await expect(page).toHaveURL(/cols=[^&]*issuer:\d+/);
    await expect.poll(async () => ((await head.boundingBox())?.width ?? 0) - before).toBeGreaterThan(60);
    await page.reload();
    await expect.poll(async () => ((await head.boundingBox())?.width ?? 0) - before).toBeGreaterThan(60);
    await edge.dblclick();
    await expect(page).not.toHaveURL(/issuer:\d+/);
  });

  test('is set by keys in the chooser', async ({ desk: page }) => {
    await page.goto('/certificates');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('button', { name: 'Make Status wider' }).focus();
    await page.keyboard.press('Alt+ArrowRight');
    await expect(page).toHaveURL(/status:176/);
    await page.getByRole('button', { name: 'Usual columns and widths' }).click();
    await expect(page).not.toHaveURL(/cols=/);
  });
});

test('a view is saved, changed, taken back, renamed and opened with', async ({ desk: page }) => {
  const name = fresh('view');
  const views = page.getByRole('navigation', { name: 'Views' });
  await page.goto('/certificates?environment=staging');
  await expect(views.getByText('Unsaved view')).toBeVisible();
  await page.getByRole('button', { name: 'Save view' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill(name);
  await page.getByRole('dialog').getByRole('button', { name: 'Save view' }).click();
  await expect(views.getByRole('link', { name })).toHaveAttribute('aria-current', 'page');

  // What differs from it is unsaved, and can be taken back or kept.
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
  await expect(views.getByText('Unsaved view')).toBeVisible();
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(views.getByText('Unsaved view')).toBeHidden();
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText(`View ${name} saved`).last()).toBeVisible();
  await expect(views.getByText('Unsaved view')).toBeHidden();

  await page.getByRole('button', { name: `View ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill(`${name} too`);
  await page.getByRole('dialog').getByRole('button', { name: 'Rename view' }).click();
  await expect(views.getByRole('link', { name: `${name} too` })).toBeVisible();

  await page.getByRole('button', { name: `View ${name} too` }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Open certificates with this view' }).click();
  await page.keyboard.press('Escape');
  await page.goto('/');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Certificates' }).click();
  await expect(page).toHaveURL(/environment=staging/);
  await views.getByRole('link', { name: 'All', exact: true }).click();
  await expect(page).toHaveURL(/view=all/);
  await expect(page).not.toHaveURL(/environment/);
});

test('a probe is asked for, followed and told', async ({ desk: page, api }) => {
  await page.goto('/certificates/mc-login');
  const served = page.getByRole('region', { name: 'Where it is served' });
  await expect(served.getByText('Verified').first()).toBeVisible();
  const before = await api.get('/jobs', { certificate_id: 'mc-login', kind: 'Validation', total: true });
  await served.getByRole('button', { name: 'Probe now' }).click();
  await expect
    .poll(async () => {
      const { items, total } = await api.get('/jobs', {
        certificate_id: 'mc-login',
        kind: 'Validation',
        total: true,
      });
      return total > before.total ? items[0].state : 'none';
    })
    .toBe('Completed');
  await expect(served.getByRole('button', { name: 'Probe now' })).not.toHaveAttribute('aria-busy', 'true');
  await expect(
    page
      .getByRole('region', { name: 'Activity' })
      .getByText(/seen live on/)
      .first(),
  ).toBeVisible();
  await expect(served.getByText('Verified').first()).toBeVisible();
});

test.describe('on paper', () => {
  test.use({ colorScheme: 'dark' });

  test('a list is light, without navigation, and says by what it is narrowed, when and by whom', async ({
    desk: page,
  }) => {
    await page.goto('/certificates?environment=production&sort=name');
    await expect(page.getByRole('grid', { name: grid }).getByRole('link').first()).toBeVisible();
    await press(page, 'j');
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
    await expect(page.getByText(/^Certificates: \d+ · Environment: production · ordered by name$/)).toBeVisible();
    await expect(page.getByText(/^Printed .* UTC by .* from http/)).toBeVisible();
    await expect(page.getByRole('checkbox')).toHaveCount(0);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('a certificate is a record of one page, with nothing cut', async ({ desk: page }) => {
    await page.goto('/certificates/mc-login');
    await expect(page.getByRole('region', { name: 'Identity' }).getByText('SHA-256')).toBeVisible();
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
    await page.emulateMedia({ media: 'print' });
    await expect(page.getByRole('navigation', { name: 'Certificate' })).toBeHidden();
    await expect(page.getByRole('button', { name: 'Probe now' })).toBeHidden();
  });
});
