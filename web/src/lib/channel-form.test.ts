import { expect, test } from 'vitest';
import { channelBody, channelFaults, channelForm, signingSecret } from './channel-form';

const schema = {
  type: 'object',
  required: ['url'],
  properties: { url: { type: 'string', 'x-secret': true }, password: { type: 'string', 'x-secret': true } },
};

test('a stored secret may be left empty, and is not sent', () => {
  const form = { ...channelForm(null), name: 'Ops' };
  expect(channelFaults(form, schema, [])).toEqual({ config: { '/url': 'Url is needed.' }, rest: {} });
  expect(channelFaults(form, schema, ['url'])).toEqual({ config: {}, rest: {} });
  expect(channelBody(form).config).toEqual({});
  expect(channelBody({ ...form, without: ['password'] }).config).toEqual({ password: null });
});

test('a channel that keeps incidents does not collect', () => {
  const form = { ...channelForm(null), collect: 'minutes' as const, minutes: 5 };
  expect(channelBody(form).digest).toEqual({ critical_at_once: true, every_minutes: 5 });
  expect(channelBody({ ...form, kind: 'pagerduty' }).digest).toBeNull();
});

test('a signing secret has 32 bytes', () => {
  expect(atob(signingSecret().slice('whsec_'.length))).toHaveLength(32);
});
