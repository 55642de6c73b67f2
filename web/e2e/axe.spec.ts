// Nothing that axe finds fault with, and nothing on the console: every place of scripts/places.mjs and what opens over it, each in
// both themes. Not for: what a page does. Invariant: a route without a place there fails the first test.
import { readFileSync } from 'node:fs';
import { places } from '../scripts/places.mjs';
import { makeScene } from '../scripts/scene.mjs';
import { accessibleInBoth, expect, test } from './fixtures';
import { walk } from './walk';

test('every route has a place here', () => {
  const router = readFileSync(new URL('../src/router.tsx', import.meta.url), 'utf8');
  const routes = [...router.matchAll(/\bpage\(\s*'([^']+)'/g)].map(([, path]) => path).filter((path) => path !== '/ui');
  expect(routes.length).toBeGreaterThan(30);
  const here = places.map((place) => place.route);
  expect(routes.filter((path) => !here.includes(path ?? ''))).toEqual([]);
});

// No traces: they cost more than the looking, and what is found names its element.
test.use({ contextOptions: { reducedMotion: 'reduce' }, actionTimeout: 10_000, trace: 'off' });

test('there is something to see everywhere', async ({ anywhere: page, url }) => {
  await makeScene(page.request, url);
});

for (const place of places) {
  test(`${place.at} is accessible in both themes`, async ({ anywhere: page, url }) => {
    await walk(page, url, place, (what) => accessibleInBoth(page, what));
  });
}
