import { describe, expect, test } from 'vitest';
import { type Confirmation, confirmationStates, isAsked, placeOf } from './confirmations';

describe('a second person', () => {
  test('is asked only where the answer is a confirmation that waits', () => {
    expect(isAsked({ id: 'cf-01', state: 'waiting' })).toBe(true);
    expect(isAsked({ id: 'cf-01', state: 'done' })).toBe(false);
    expect(isAsked({ id: 'op-01', state: 'Running' })).toBe(false);
    expect(isAsked(undefined)).toBe(false);
  });

  test('has words for each state, and none of them is by colour alone', () => {
    for (const word of Object.values(confirmationStates)) expect(word.label).not.toBe('');
  });

  test('is led to what it is about', () => {
    const of = (action: Confirmation['action']) => placeOf({ action, object_id: 'iss-local' } as Confirmation)?.to;
    expect([of('replace_ca'), of('grant_admin'), of('end_two_people')]).toEqual([
      '/issuers/iss-local',
      '/settings/users',
      '/settings/two-people',
    ]);
  });
});
