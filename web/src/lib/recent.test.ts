import { beforeEach, expect, it } from 'vitest';
import { opened, recents, withRecent } from './recent';

beforeEach(() => localStorage.clear());

it('holds the newest first, each once, and not too many', () => {
  const all = ['/a', '/b', '/c', '/a', '/d', '/e', '/f'].map((to) => ({ title: to, to }));
  expect(all.reduce(withRecent, []).map(({ to }) => to)).toEqual(['/f', '/e', '/d', '/a', '/c']);
});

it('takes only what leads to a page of the console from what is kept', () => {
  opened({ title: 'A', to: '/certificates/mc-a' });
  expect(recents()).toEqual([{ title: 'A', to: '/certificates/mc-a' }]);
  for (const kept of [
    '{',
    '7',
    '[1, {"title": "x", "to": "https://example.com"}, {"title": "y", "to": "//example.com"}]',
  ]) {
    localStorage.setItem('certctl.recent', kept);
    expect(recents()).toEqual([]);
  }
});
