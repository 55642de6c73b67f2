// Every place has room for its words: on a desk and on a tablet, at twice its size, 320 px wide, with the spacing that a reader may
// set, and in a language that needs two fifths more. Not for: what a page says. Invariant: nothing is cut without an ellipsis,
// lies on something else or makes the page scroll sideways; grids of data alone scroll (WCAG 2.2, 1.4.4, 1.4.10, 1.4.12).
import type { Page } from '@playwright/test';
import { type Place, places } from '../scripts/places.mjs';
import { makeScene } from '../scripts/scene.mjs';
import { expect, test } from './fixtures';
import { faultsOn, lengthen, space } from './layout';
import { walk } from './walk';

test.use({ contextOptions: { reducedMotion: 'reduce' }, actionTimeout: 10_000, trace: 'off' });

/** What follows a change of the width is drawn some frames later; what stays is a fault. */
async function roomy(page: Page, what: string): Promise<void> {
  let found: string[] = [];
  await expect
    .poll(async () => (found = await faultsOn(page)).length, { timeout: 1500, intervals: [50, 100, 200, 400] })
    .toBe(0)
    .catch(() => undefined);
  expect.soft(found, what).toEqual([]);
}

const widths = [
  [1440, 900],
  [834, 1112],
  [768, 1024],
  // 1440 at 200 %.
  [720, 450],
  [320, 640],
] as const;

async function roomyEverywhere(page: Page, at: string): Promise<void> {
  for (const [width, height] of widths) {
    await page.setViewportSize({ width, height });
    await roomy(page, `${at} at ${width}`);
  }
  for (const [width, height] of widths.slice(0, 2)) {
    await page.setViewportSize({ width, height });
    await space(page, true);
    await roomy(page, `${at} at ${width}, text spaced`);
    await space(page, false);
  }
  await lengthen(page);
  for (const [width, height] of widths.slice(0, 2)) {
    await page.setViewportSize({ width, height });
    await roomy(page, `${at} at ${width}, words lengthened`);
  }
}

test('there is something to see everywhere', async ({ anywhere: page, url }) => {
  await makeScene(page.request, url);
});

const isFirst = ({ at }: Place, index: number) => places.findIndex((place) => place.at === at) === index;

for (const place of places.filter(isFirst)) {
  test(`${place.at} has room`, async ({ anywhere: page, url }) => {
    await walk(page, url, { ...place, over: [] }, (at) => roomyEverywhere(page, at));
  });
}

for (const place of places) {
  const pictured = place.over?.filter((open) => open.picture) ?? [];
  if (pictured.length === 0) continue;
  test(`what opens over ${place.at} has room`, async ({ anywhere: page, url }) => {
    const [width, height] = widths[1];
    await page.setViewportSize({ width, height });
    await walk(page, url, { ...place, over: pictured }, async (what, opened) => {
      if (opened === undefined) return;
      await roomy(page, what);
      await lengthen(page);
      await roomy(page, `${what}, words lengthened`);
      // The page is loaded anew for the next one.
      await page.goto('about:blank');
    });
  });
}

test('signing in has room', async ({ page }) => {
  await page.goto('/sign-in');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await roomyEverywhere(page, '/sign-in');
});
