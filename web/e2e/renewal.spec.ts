// What an authority wants of the renewal, where the renewal is told. Not for: an authority that says it (the server's tests have
// one).
import type { Page } from '@playwright/test';
import { accessibleInBoth } from './fixtures';
import { expect, test } from './hands';

/** The explanation of a certificate as an authority that speaks of renewals would change it. */
const hinted = (page: Page, hint: object) =>
  page.route('**/api/v1/certificates/*/explain', async (route) => {
    const answer = await route.fetch();
    const told = (await answer.json()) as { holders: object[] };
    await route.fulfill({ response: answer, json: { ...told, holders: told.holders.map((it) => ({ ...it, hint })) } });
  });

test('the authority’s wish stands beside what was decided', async ({ desk: page }) => {
  await hinted(page, {
    opens_at: '2031-03-01T10:00:00Z',
    closes_at: '2031-03-03T10:00:00Z',
    renew_at: '2031-03-02T04:05:06Z',
    explanation: 'https://ca.example.org/incidents/7',
    asked_at: new Date().toISOString(),
    ask_at: '2031-02-01T00:00:00Z',
  });
  await page.goto('/certificates/mc-mail/policy');
  const wish = page.getByRole('region', { name: 'The authority’s wish' });
  await expect(wish).toContainText('1 Mar 2031, 10:00:00');
  await expect(wish).toContainText('3 Mar 2031, 10:00:00');
  await expect(wish).toContainText('2 Mar 2031, 04:05:06');
  await expect(wish.getByRole('link', { name: /^ca\.example\.org/ })).toHaveAttribute(
    'href',
    'https://ca.example.org/incidents/7',
  );
  await accessibleInBoth(page);
});

test('that the authority does not know it is a warning', async ({ desk: page }) => {
  await hinted(page, { problem: 'the authority does not know the certificate', explanation: 'javascript:alert(1)' });
  await page.goto('/certificates/mc-mail/policy');
  const wish = page.getByRole('region', { name: 'The authority’s wish' });
  await expect(wish).toContainText('The authority does not know the certificate. The renewal policy alone decides.');
  await expect(wish.getByRole('link')).toHaveCount(0);
  await accessibleInBoth(page);
});

test('an authority that says nothing takes no room', async ({ desk: page }) => {
  await page.goto('/certificates/mc-mail/policy');
  await expect(page.getByRole('region', { name: 'Decided now' }).getByRole('row')).not.toHaveCount(0);
  await expect(page.getByRole('region', { name: 'The authority’s wish' })).toHaveCount(0);
});
