// The measures of the design on the pages themselves: sizes, radii, type and layers, by what the browser computed. Not for: looks that
// a number does not say. It takes the place of a comparison of pictures: fonts and glyphs differ from machine to machine, and a
// picture that differs for no reason is soon not looked at. Invariant: the numbers here are those of the design, written once.
import type { Locator, Page } from '@playwright/test';
import { settledAt } from '../scripts/places.mjs';
import { makeScene } from '../scripts/scene.mjs';
import { expect, test } from './fixtures';
import { press } from './hands';

test.use({ contextOptions: { reducedMotion: 'reduce' }, trace: 'off' });

const heightOf = async (what: Locator) => Math.round((await what.first().boundingBox())?.height ?? 0);
const widthOf = async (what: Locator) => Math.round((await what.first().boundingBox())?.width ?? 0);
const styleOf = (what: Locator, ...names: readonly string[]): Promise<string[]> =>
  what.first().evaluate((element, all) => {
    const style = getComputedStyle(element);
    return all.map((name) => style.getPropertyValue(name));
  }, names);
/** Something of a colour token, as the browser has it. */
const token = (page: Page, name: string): Promise<string> =>
  page.evaluate((wanted) => {
    const probe = document.createElement('span');
    probe.style.color = `var(--${wanted})`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }, name);

const sidebar = (page: Page) => page.getByRole('navigation', { name: 'Main' });

test('the frame', async ({ signedIn: page }) => {
  expect(await widthOf(sidebar(page))).toBe(216);
  expect(await heightOf(page.getByRole('banner'))).toBe(52);
  expect(await heightOf(sidebar(page).getByRole('link', { name: 'Jobs' }))).toBe(32);
  expect(await styleOf(page.locator('body'), 'font-size', 'line-height')).toEqual(['13px', '20px']);
  expect((await styleOf(page.locator('body'), 'font-family'))[0]).toContain('Inter Variable');
  expect(await page.evaluate(() => document.fonts.check('13px "Inter Variable"'))).toBe(true);
  expect(await styleOf(page.getByRole('heading', { level: 1 }), 'font-weight')).toEqual(['600']);
  await page.setViewportSize({ width: 834, height: 1112 });
  await expect.poll(() => widthOf(sidebar(page))).toBe(52);
});

test('the overview', async ({ signedIn: page }) => {
  const main = page.getByRole('main');
  await expect(main.getByRole('heading', { name: 'Expiry horizon' })).toBeVisible();
  expect(await styleOf(main.getByRole('heading', { level: 2 }), 'font-size', 'line-height')).toEqual(['20px', '28px']);
  const needs = main.getByRole('region', { name: 'Needs you now' });
  const flight = main.getByRole('region', { name: 'In flight' });
  expect(await styleOf(needs, 'border-top-left-radius', 'box-shadow')).toEqual(['10px', 'none']);
  const [left, right] = [await needs.boundingBox(), await flight.boundingBox()];
  expect(right?.x).toBe((left?.x ?? 0) + (left?.width ?? 0) + 16);
  expect((left?.width ?? 0) / ((left?.width ?? 0) + (right?.width ?? 0))).toBeCloseTo(0.64, 2);
  expect(right?.y).toBe(left?.y);
  // Six figures in one row, three in each on a tablet.
  const figures = main.getByRole('region', { name: /key figures/i }).locator('> *');
  const rowsOf = async () =>
    new Set(await figures.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top)));
  await expect(figures).toHaveCount(6);
  expect((await rowsOf()).size).toBe(1);
  await page.setViewportSize({ width: 834, height: 1112 });
  await expect.poll(async () => (await rowsOf()).size).toBe(2);
  // What stood side by side is stacked.
  expect((await flight.boundingBox())?.y ?? 0).toBeGreaterThan((await needs.boundingBox())?.y ?? 0);
});

test('a list', async ({ signedIn: page }) => {
  await settledAt(page, '/certificates?sort=name');
  const main = page.getByRole('main');
  const grid = page.getByRole('grid', { name: 'Certificates' });
  await expect(grid.getByRole('link').first()).toBeVisible();
  const views = main.getByRole('navigation', { name: 'Views' });
  expect(await heightOf(views.locator('..'))).toBe(44);
  const filters = page.getByRole('searchbox').or(page.getByRole('textbox')).first();
  const row = grid.locator('[role=rowgroup] [role=row]');
  const head = grid.locator('[role=row]', { has: page.getByRole('columnheader') });
  expect(await heightOf(head)).toBe(36);
  expect(await heightOf(row)).toBe(40);
  // Between the tabs and the grid lies the row of filters, with its line.
  const [above, below] = [await views.locator('..').boundingBox(), await grid.boundingBox()];
  expect((below?.y ?? 0) - (above?.y ?? 0) - (above?.height ?? 0)).toBe(53);
  expect(await heightOf(filters.locator('xpath=ancestor-or-self::*[contains(@class,"h-8")][1]'))).toBe(32);
  // The footer ends the page.
  const [whole, list] = [await main.boundingBox(), await grid.boundingBox()];
  expect((whole?.y ?? 0) + (whole?.height ?? 0) - (list?.y ?? 0) - (list?.height ?? 0)).toBe(32);
  await page.getByRole('button', { name: 'Compact rows' }).click();
  await expect.poll(() => heightOf(row)).toBe(32);
  await page.getByRole('button', { name: 'Comfortable rows' }).click();
  await grid.focus();
  await press(page, 'j', 'Space');
  await expect(page.getByRole('complementary')).toBeVisible();
  expect(await widthOf(page.getByRole('complementary'))).toBe(480);
  await press(page, 'Escape', 'x');
  const bar = page.getByRole('toolbar', { name: 'Selection' });
  await expect(bar).toBeVisible();
  expect(await styleOf(bar, 'border-top-left-radius', 'z-index')).toEqual(['14px', '20']);
  const place = await bar.boundingBox();
  expect(
    Math.abs((place?.x ?? 0) + (place?.width ?? 0) / 2 - ((whole?.x ?? 0) + (whole?.width ?? 0) / 2)),
  ).toBeLessThan(2);
});

test('what floats', async ({ signedIn: page }) => {
  await press(page, 'Control+k');
  const palette = page.getByRole('dialog');
  await expect(palette).toBeVisible();
  expect(await widthOf(palette)).toBe(640);
  expect(await styleOf(palette, 'border-top-left-radius')).toEqual(['14px']);
  await press(page, 'Escape');
  await settledAt(page, '/certificates/mc-shop');
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  expect((await styleOf(page.getByRole('menu'), 'box-shadow'))[0]).not.toBe('none');
  await page.getByRole('menuitem', { name: 'Revoke…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  expect(await widthOf(dialog)).toBe(520);
  expect(await styleOf(dialog, 'border-top-left-radius')).toEqual(['14px']);
  expect(await styleOf(dialog.getByRole('heading'), 'font-size', 'line-height')).toEqual(['16px', '24px']);
  const danger = dialog.getByRole('button').last();
  expect(await styleOf(danger, 'height', 'border-top-left-radius')).toEqual(['32px', '6px']);
  expect(await styleOf(danger, 'background-color')).toEqual([await token(page, 'danger')]);
  const field = dialog.getByRole('textbox').last();
  expect(await heightOf(field)).toBe(32);
  expect(await styleOf(field, 'border-top-color')).toEqual([await token(page, 'control-line')]);
});

test('a certificate', async ({ signedIn: page }) => {
  await settledAt(page, '/certificates/mc-shop');
  const main = page.getByRole('main');
  const tabs = main.getByRole('navigation').first();
  expect(await heightOf(tabs.getByRole('link').first())).toBe(44);
  const panel = main.getByRole('region').first();
  expect((await panel.boundingBox())?.width ?? 0).toBeLessThanOrEqual(1360);
  expect(await styleOf(main.locator('code').first(), 'font-family')).toEqual([
    expect.stringContaining('JetBrains Mono'),
  ]);
  // One primary button for a view.
  const accent = await token(page, 'accent');
  const primary = await main
    .getByRole('button')
    .evaluateAll((all, colour) => all.filter((one) => getComputedStyle(one).backgroundColor === colour).length, accent);
  expect(primary).toBeLessThanOrEqual(1);
});

test('one primary button for a view, everywhere', async ({ anywhere: page, url }) => {
  await makeScene(page.request, url);
  for (const path of [
    '/',
    '/certificates',
    '/jobs',
    '/agents',
    '/targets',
    '/issuers',
    '/policies',
    '/alerts',
    '/audit',
  ]) {
    await settledAt(page, path);
    const accent = await token(page, 'accent');
    const primary = await page
      .locator('main :is(button, a)')
      .evaluateAll(
        (all, colour) => all.filter((one) => getComputedStyle(one).backgroundColor === colour).length,
        accent,
      );
    expect(primary, path).toBeLessThanOrEqual(1);
  }
});
