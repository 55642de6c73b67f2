import { expect, test } from 'vitest';
import { conditionsWords, fieldsOfSubject, firstCondition, fromLines, type Subject, toLines } from './rule-conditions';

const nameOf = (id: string) => (id === 't-a' ? 'Shop' : id);
const plain = (texts: string[]) => texts.map((text) => text.replaceAll('\u00a0', ' '));

test('conditions are sentences', () => {
  expect(
    plain(
      conditionsWords('certificates', [{ condition: 'failing,expired', team_id: 't-a' }, { expires: '..14d' }], nameOf),
    ),
  ).toEqual(['Status is Renewal failing or Expired and Team is Shop', 'The end comes within 14 d']);
  expect(conditionsWords('certificates', [{ environment: '-production,-none' }], nameOf)).toEqual([
    'Environment is none of production and not set',
  ]);
  expect(conditionsWords('jobs', [{ min_attempts: '3' }], nameOf)).toEqual(['It was tried at least 3 times']);
  expect(conditionsWords('certificates', [{ new_field: 'x' }], nameOf)).toEqual(['new_field x']);
});

test('what is not filled in is not sent, and the order is kept', () => {
  const conditions = [{ b: '1', a: '2' }];
  expect(fromLines(toLines(conditions))).toEqual(conditions);
  expect(
    fromLines([
      [['q', ' ']],
      [
        ['q', 'x'],
        ['tag', ''],
      ],
    ]),
  ).toEqual([{ q: 'x' }]);
});

test('each subject begins with a condition of its own', () => {
  for (const subject of Object.keys(fieldsOfSubject) as Subject[])
    for (const [field] of firstCondition[subject][0] ? firstCondition[subject] : [])
      expect(fieldsOfSubject[subject]).toHaveProperty(field);
});
