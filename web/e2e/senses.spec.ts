// Every route for those who see, move or read otherwise: one h1 and its landmarks, targets of 24 px, a focus that is seen, no motion,
// forced colours, more contrast. Not for: what axe finds (axe.spec). Invariants: WCAG 2.2, 2.4.1, 2.4.3, 2.4.7, 2.4.11, 2.5.8.
import type { Page } from '@playwright/test';
import { addressOf, places, settledAt } from '../scripts/places.mjs';
import { makeScene } from '../scripts/scene.mjs';
import { expect, test } from './fixtures';
import { press } from './hands';

test.use({ actionTimeout: 10_000, trace: 'off' });

test('there is something to see everywhere', async ({ anywhere: page, url }) => {
  await makeScene(page.request, url);
});

/** Targets below 24 by 24 px, but for links in a sentence and what another control of the same kind does (WCAG 2.2, 2.5.8). */
const small = (page: Page) =>
  page.evaluate(() => {
    const targets = [...document.querySelectorAll('a[href], button, input, [role=checkbox], [role=switch], [role=tab]')]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('[inert]'))
      .map((element) => {
        const label = element instanceof HTMLInputElement ? element.labels?.[0] : undefined;
        const rects = [element, ...(label ? [label] : [])].map((each) => each.getBoundingClientRect());
        // What is pressed with it: a pseudo-element that reaches further.
        const reach = ['::before', '::after'].map((part) => {
          const style = getComputedStyle(element, part);
          const isOver = style.content !== 'none' && style.position === 'absolute';
          return isOver
            ? { width: Number.parseFloat(style.width), height: Number.parseFloat(style.height) }
            : undefined;
        });
        return {
          element,
          rect: element.getBoundingClientRect(),
          sizes: [...rects, ...reach.filter((one) => one !== undefined)],
        };
      })
      .filter(({ rect }) => rect.width > 1 && rect.height > 1 && rect.bottom > 0 && rect.top < innerHeight);
    const centre = ({ rect }: { rect: DOMRect }) => [rect.left + rect.width / 2, rect.top + rect.height / 2] as const;
    return targets
      .filter(({ sizes }) => !sizes.some(({ width, height }) => width >= 23.5 && height >= 23.5))
      .filter(({ element, rect }) => {
        const parent = element.parentElement;
        const text = (parent?.textContent ?? '').length - (element.textContent ?? '').length;
        if (element.matches('a') && getComputedStyle(element).display === 'inline' && text > 1) return false;
        // A circle of 24 px around it that touches no other target is as good.
        const [x, y] = centre({ rect });
        return targets.some((other) => {
          if (other.element === element || other.element.contains(element) || element.contains(other.element))
            return false;
          const across = Math.max(other.rect.left - x, 0, x - other.rect.right);
          const down = Math.max(other.rect.top - y, 0, y - other.rect.bottom);
          return Math.hypot(across, down) < 11.5;
        });
      })
      .map(
        ({ element, rect }) =>
          `${Math.round(rect.width)} × ${Math.round(rect.height)}: ${element.outerHTML.slice(0, 160)}`,
      );
  });

/** What the focus is on, and whether it is seen: not below something that lies over the page, and with a ring. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return null;
    const rect = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const ring = [style, getComputedStyle(element, '::before'), getComputedStyle(element, '::after')].some(
      (one) => one.outlineStyle !== 'none' && Number.parseFloat(one.outlineWidth) >= 1,
    );
    // Rows of a grid are marked there, and what is chosen in a list.
    const inside = element.querySelector(`#${CSS.escape(element.getAttribute('aria-activedescendant') ?? 'none')}`);
    const places = [0.5, 0.1, 0.9].map((part) =>
      document.elementFromPoint(
        Math.min(Math.max(rect.left + rect.width * part, 1), innerWidth - 1),
        Math.min(Math.max(rect.top + rect.height / 2, 1), innerHeight - 1),
      ),
    );
    const isSeen = places.some(
      (at) =>
        at !== null &&
        (element.contains(at) || at.contains(element) || (element as HTMLInputElement).labels?.[0]?.contains(at)),
    );
    return { html: element.outerHTML.slice(0, 160), ring: ring || inside !== null, isSeen };
  });

const isFirst = (place: (typeof places)[number], index: number) =>
  places.findIndex(({ route }) => route === place.route) === index;

for (const place of places.filter(isFirst)) {
  test(`${place.at} has its landmarks, targets and a focus that is seen`, async ({ anywhere: page, url }) => {
    const at = await addressOf(place, page, url);
    await settledAt(page, at);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expect(page).toHaveTitle(/^.+ · certctl$/);
    await expect(page.getByRole('main')).toHaveCount(1);
    await expect(page.getByRole('banner')).toHaveCount(1);
    await expect(page.getByRole('navigation', { name: 'Main' })).toHaveCount(1);

    for (const [width, height] of [
      [1440, 900],
      [834, 1112],
    ] as const) {
      await page.setViewportSize({ width, height });
      await expect
        .poll(() => small(page), { timeout: 2000 })
        .toEqual([])
        .catch(() => undefined);
      expect.soft(await small(page), `at ${width}`).toEqual([]);
    }

    // By Tab through all of it, or through as much as there is time for.
    const skip = page.getByRole('link', { name: 'Skip to the page' });
    expect(await skip.evaluate((link) => document.querySelector('a[href], button, input') === link)).toBe(true);
    await skip.focus();
    await expect(skip).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
    for (let i = 0; i < 40; i += 1) {
      await page.keyboard.press('Tab');
      const now = await focused(page);
      if (now === null || now.html.startsWith('<a class="absolute -top-20')) break;
      expect.soft(now.isSeen, `hidden: ${now.html}`).toBe(true);
      expect.soft(now.ring, `without a ring: ${now.html}`).toBe(true);
    }
  });
}

test('a change of page moves the focus to it and says its title', async ({ signedIn: page }) => {
  for (const [letter, title] of [
    ['c', 'Certificates'],
    ['j', 'Jobs'],
    ['t', 'Targets'],
    ['u', 'Audit'],
  ] as const) {
    await press(page, 'g', letter);
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    await expect(page).toHaveTitle(`${title} · certctl`);
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
  }
});

test('a grid says how many rows it has, which one is at hand and how it is sorted', async ({ signedIn: page }) => {
  await page.goto('/certificates?sort=name');
  const grid = page.getByRole('grid', { name: 'Certificates' });
  await expect(grid).not.toHaveAttribute('aria-busy', 'true');
  const total = Number(await grid.getAttribute('aria-rowcount'));
  // The row of the headers is one of them.
  const rows = grid.locator('[role=rowgroup] [role=row]');
  await expect.poll(() => rows.count()).toBeGreaterThan(5);
  expect(total).toBeGreaterThanOrEqual(await rows.count());
  const indices = await rows.evaluateAll((all) => all.map((row) => Number(row.getAttribute('aria-rowindex'))));
  expect(new Set(indices).size).toBe(indices.length);
  expect(Math.min(...indices)).toBe(2);
  await expect(grid.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'ascending');
  await grid.focus();
  await press(page, 'j', 'x');
  const active = await grid.getAttribute('aria-activedescendant');
  await expect(page.locator(`[id="${active}"]`)).toHaveAttribute('aria-selected', 'true');
  // One stop for Tab: what lies inside is reached by the keys of the grid.
  const stops = await grid.evaluate(
    (element) =>
      [...element.querySelectorAll('[role=rowgroup] a, [role=rowgroup] button, [role=rowgroup] input')].filter(
        (inner) => (inner as HTMLElement).tabIndex >= 0,
      ).length,
  );
  expect(stops).toBe(0);
});

test('Escape closes the top layer, then clears the selection', async ({ signedIn: page }) => {
  await page.goto('/certificates?sort=name');
  const bar = page.getByRole('toolbar', { name: 'Selection' });
  await expect(page.getByRole('grid', { name: 'Certificates' }).getByRole('link').first()).toBeVisible();
  await press(page, 'j', 'x', 'Space');
  await expect(page.getByRole('complementary')).toBeVisible();
  await press(page, '?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await press(page, 'Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByRole('complementary')).toBeVisible();
  await press(page, 'Escape');
  await expect(page.getByRole('complementary')).toBeHidden();
  await expect(bar).toBeVisible();
  await press(page, 'Escape');
  await expect(bar).toBeHidden();
});

test('keys of one character are switched off in the menu of the reader', async ({ signedIn: page }) => {
  await page
    .getByRole('button', { name: /^Your account|demo/ })
    .first()
    .click();
  await page.getByRole('menuitemcheckbox', { name: 'Single-letter keys' }).click();
  await press(page, 'Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  for (const key of ['?', '/', 'n', 't', 'Shift+A', '.']) await press(page, key);
  await press(page, 'g', 'c');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page).toHaveURL('/');
  expect(await page.evaluate(() => document.activeElement?.matches('input') ?? false)).toBe(false);
  // What is no character goes on working.
  await press(page, 'Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
});

/** What moves or fades on the page, by its name. */
const moving = (page: Page) =>
  page.evaluate(() =>
    document
      .getAnimations()
      .filter((one) => one.playState === 'running')
      .map((one) => (one as CSSAnimation).animationName ?? (one as CSSTransition).transitionProperty),
  );

test('nothing moves for who wants no motion', async ({ browser, url, session }) => {
  const context = await browser.newContext({ baseURL: url, ignoreHTTPSErrors: true, reducedMotion: 'reduce' });
  await context.addCookies(session);
  const page = await context.newPage();
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { moved: seen });
    for (const type of ['animationstart', 'transitionrun'])
      document.addEventListener(type, (event) =>
        seen.push(`${type} ${(event.target as Element).outerHTML.slice(0, 90)}`),
      );
  });
  for (const path of ['/', '/certificates', '/jobs', '/certificates/mc-shop']) {
    await settledAt(page, path);
    await press(page, '?');
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await moving(page)).toEqual([]);
    await press(page, 'Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    expect(await page.evaluate(() => (window as unknown as { moved: string[] }).moved)).toEqual([]);
  }
  await context.close();
});

test('with forced colours edges and glyphs are drawn', async ({ browser, url, session }) => {
  const context = await browser.newContext({ baseURL: url, ignoreHTTPSErrors: true, forcedColors: 'active' });
  await context.addCookies(session);
  const page = await context.newPage();
  await settledAt(page, '/certificates?sort=name');
  await expect(page.getByRole('grid').getByRole('link').first()).toBeVisible();
  const drawn = await page.evaluate(() => {
    const button = document.querySelector('main button');
    const glyph = document.querySelector('main [role=row] svg');
    const probe = document.createElement('span');
    document.body.append(probe);
    probe.style.color = 'CanvasText';
    const text = getComputedStyle(probe).color;
    probe.remove();
    return {
      edge: button ? getComputedStyle(button).borderTopStyle : '',
      glyph: glyph ? getComputedStyle(glyph).color : '',
      text,
      bars: [...document.querySelectorAll('main [role=row] [role=img] *')].some(
        (part) => getComputedStyle(part).forcedColorAdjust === 'none',
      ),
    };
  });
  expect(drawn.edge).toBe('solid');
  expect(drawn.glyph).toBe(drawn.text);
  expect(drawn.bars, 'validity bars keep their colours').toBe(true);
  await context.close();
});

test('more contrast draws stronger lines and text', async ({ browser, url, session }) => {
  const valueWith = async (contrast: 'more' | 'no-preference') => {
    const context = await browser.newContext({ baseURL: url, ignoreHTTPSErrors: true, contrast });
    await context.addCookies(session);
    const page = await context.newPage();
    await settledAt(page, '/certificates');
    const values = await page.evaluate(() => {
      const style = getComputedStyle(document.documentElement);
      return ['--line', '--ink-3'].map((token) => style.getPropertyValue(token));
    });
    await context.close();
    return values;
  };
  const [usual, more] = [await valueWith('no-preference'), await valueWith('more')];
  for (const [index, value] of usual.entries()) expect(more[index]).not.toBe(value);
});
