import { expect, test } from 'vitest';
import { ruleBody, ruleFaults, ruleForm, ruleInWords } from './rule-form';

const rule = {
  id: 'pr-a',
  name: 'Short lives',
  description: null,
  kind: 'MaxLifetime' as const,
  parameters: { max_seconds: 86_400 },
  selector: { team_ids: ['t-a'], environments: [], owner_ids: [] },
  severity: 'Critical' as const,
  mode: 'enforce' as const,
  enabled: true,
  sweeping: false,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  revision: 1,
};

test('a form that was not touched sends what the rule is', () => {
  expect(ruleBody(ruleForm(rule))).toEqual({
    name: 'Short lives',
    description: null,
    kind: 'MaxLifetime',
    parameters: { max_seconds: 86_400 },
    selector: { team_ids: ['t-a'] },
    severity: 'Critical',
    mode: 'enforce',
    enabled: true,
  });
});

test('a schema can want at least one of its fields', () => {
  const schema = {
    type: 'object',
    minProperties: 1,
    properties: { tags: { type: 'array', items: { type: 'string' } } },
  };
  expect(ruleFaults({ ...ruleForm(null), parameters: { tags: [''] } }, schema)).toHaveProperty(['']);
  expect(ruleFaults({ ...ruleForm(null), parameters: { tags: ['web'] } }, schema)).toEqual({});
});

test('in words, ids have names', () => {
  expect(ruleInWords(ruleForm(rule), (id) => (id === 't-a' ? 'Shop' : id))['Holds for']).toBe('Team: Shop');
});
