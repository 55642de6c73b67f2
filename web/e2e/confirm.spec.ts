// What is not undone is not done by Enter alone, wherever the focus is: every question that a page asks before it acts (tiers 2 to 4
// of the design), with what has to be typed typed. Not for: what Ctrl+Enter does (the tasks). Invariant: nothing is changed here: a
// request that would is held back, and fails the test.
import type { Page } from '@playwright/test';
import { places } from '../scripts/places.mjs';
import { makeScene } from '../scripts/scene.mjs';
import { expect, test } from './fixtures';
import { question, walk } from './walk';

test.use({ contextOptions: { reducedMotion: 'reduce' }, actionTimeout: 10_000, trace: 'off' });

test('there is something to ask about', async ({ anywhere: page, url }) => {
  await makeScene(page.request, url);
});

/** Requests that only ask what would be. */
const asksOnly = /preview|plan|impact|dry_run/;

/** From now on what would change something is held back and noted. */
async function held(page: Page): Promise<string[]> {
  const changes: string[] = [];
  await page.route('**/api/v1/**', async (route) => {
    const request = route.request();
    const isHarmless = request.method() === 'GET' || asksOnly.test(`${request.url()} ${request.postData() ?? ''}`);
    if (isHarmless) return route.fallback();
    changes.push(`${request.method()} ${new URL(request.url()).pathname}`);
    return route.abort();
  });
  return changes;
}

/** Fills in what a question wants to be told. */
async function answered(page: Page): Promise<void> {
  for (const field of await page.getByRole('dialog').getByRole('textbox').all()) {
    const label = (await field.evaluate((element) => (element as HTMLInputElement).labels?.[0]?.textContent)) ?? '';
    await field.fill(/^Type (.+) to confirm/.exec(label)?.[1] ?? 'Asked for by the team');
  }
}

for (const place of places) {
  const asking = place.over?.filter((open) => open.asks) ?? [];
  if (asking.length === 0) continue;
  test(`Enter alone does nothing that ${place.at} asks about`, async ({ anywhere: page, url }) => {
    const changes = await held(page);
    await walk(page, url, { ...place, over: asking }, async (what, opened) => {
      if (opened === undefined) return;
      // As it opens.
      await page.keyboard.press('Enter');
      expect.soft(changes, what).toEqual([]);
      if (!(await question(page).isVisible())) return;
      // In each field, with all said.
      await answered(page);
      for (const field of await page.getByRole('dialog').getByRole('textbox').all()) {
        await field.press('Enter');
        expect.soft(changes, what).toEqual([]);
        await expect(question(page)).toBeVisible();
      }
      // On what takes neither text nor a press: lists and boxes keep Enter to themselves.
      for (const box of await page.getByRole('dialog').getByRole('checkbox').all()) {
        await box.press('Enter');
        expect.soft(changes, what).toEqual([]);
      }
      const confirm = page.getByRole('dialog').getByRole('button').last();
      await expect(confirm, 'the question has a button that does it').toBeVisible();
      await expect(confirm, 'the focus is not on it').not.toBeFocused();
    });
  });
}
