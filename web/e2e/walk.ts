// Goes to a place and opens, one after the other, what opens over it. Not for: what is looked at there.
import type { Page } from '@playwright/test';
import { addressOf, arrived, floating, type Opening, type Place, settledAt } from '../scripts/places.mjs';
import { expect, test } from './fixtures';

/** Closes what floats by Escape, as a person does; whether the page is then as it was. */
async function closed(page: Page, url: string): Promise<boolean> {
  // Rows that are chosen are more than what floats.
  if (await page.getByRole('toolbar', { name: 'Selection' }).isVisible()) return false;
  const over = floating(page);
  for (let i = 2; i > 0 && (await over.count()) > 0; i -= 1) {
    await page.keyboard.press('Escape');
    await expect
      .poll(() => over.count(), { timeout: 1000 })
      .toBe(0)
      .catch(() => undefined);
  }
  return page.url() === url && (await over.count()) === 0;
}

/** A question before something that is not undone has a title that is one. */
export const question = (page: Page) =>
  page.getByRole('dialog').getByRole('heading', { level: 2, name: /^(?!Who ).*\?$/ });

/** `look` is called at the place, and with each thing open that is `wanted`. */
export async function walk(
  page: Page,
  server: string,
  place: Place,
  look: (what: string, opened?: Opening) => Promise<unknown>,
  wanted: (open: Opening) => boolean = () => true,
): Promise<void> {
  const at = await addressOf(place, page, server);
  await settledAt(page, at);
  const url = page.url();
  await look(at);
  for (const [index, open] of (place.over ?? []).filter(wanted).entries()) {
    if (index > 0 && !(await closed(page, url))) await settledAt(page, at);
    await test.step(`over it, ${index + 1}`, async () => {
      await open(page);
      await arrived(page);
      if (open.asks) await expect(question(page)).toBeVisible();
      else expect(await question(page).count(), 'a question that scripts/places.mjs does not mark as asking').toBe(0);
      await look(`over ${at}, ${index + 1}`, open);
    });
  }
}
