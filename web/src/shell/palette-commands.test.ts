import { expect, it } from 'vitest';
import { commandsOf, found, withObject } from './palette-commands';

it('names what is done with the object of the page', () => {
  expect(withObject('Renew now', 'api.example.com')).toBe('Renew api.example.com');
  expect(withObject('Revoke…', 'api.example.com')).toBe('Revoke api.example.com…');
  expect(withObject('Retry from the failed step', 'x')).toBe('Retry from the failed step');
});

it('offers what a page can do, not its moves', () => {
  const binding = (keys: string, label: string, group: string) => ({ keys, label, group, run: () => undefined });
  const titles = commandsOf(
    [
      binding('R', 'Renew now', 'This page'),
      binding(']', 'Next tab', 'This page'),
      binding('J', 'Next row', 'This list'),
      binding('Shift+E', 'Export all that match', 'This list'),
      binding('T', 'Switch theme', 'Everywhere'),
    ],
    'api',
  ).map(({ title }) => title);
  expect(titles).toEqual(['Renew api', 'Export all that match']);
});

it('leads to the page of what was found, or to its rows', () => {
  const it = { detail: '', handle: 'name', exact: true, title: 'x' } as const;
  expect(found({ ...it, kind: 'certificate', id: 'mc-1', certificate_id: 'mc-1' }).to).toBe('/certificates/mc-1');
  expect(found({ ...it, kind: 'team', id: 't-web' }).to).toBe('/certificates?scope=team:t-web');
  expect(found({ ...it, kind: 'audit_event', id: 'ae-1' }).to).toBe('/audit?peek=ae-1');
});
