// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { configBody, configFaults, configForm, configInWords, fitting, forgettable } from './config-form';
import { faultsOf, isMap, type Schema } from './json-schema';

const vault: Schema = {
  type: 'object',
  required: ['address'],
  properties: {
    address: { type: 'string', title: 'Address', 'x-order': 1 },
    auth: { type: 'string', enum: ['token', 'approle'], default: 'token', 'x-order': 2 },
    token: { type: 'string', title: 'Token', 'x-secret': true, 'x-order': 3 },
    role_id: { type: 'string', 'x-order': 4 },
    secret_id: { type: 'string', 'x-secret': true, 'x-order': 5 },
    allow_plaintext: { type: 'boolean', title: 'Allow http', 'x-order': 6 },
  },
};
const keys = (schema: Schema) => Object.keys(schema.properties ?? {});

describe('the form of a configuration', () => {
  it('shows what goes with the way to log in', () => {
    expect(keys(fitting('vault', vault, {}))).toEqual(['address', 'auth', 'token', 'allow_plaintext']);
    expect(keys(fitting('vault', vault, { auth: 'approle' }))).not.toContain('token');
  });

  it('asks for a DNS provider where names are proved by DNS, and only there', () => {
    const acme: Schema = {
      required: ['directory_url'],
      properties: {
        directory_url: { type: 'string' },
        challenges: { type: 'array', items: { enum: ['http-01', 'dns-01'] }, default: ['http-01'] },
        dns_provider: { type: 'string', title: 'DNS provider' },
      },
    };
    expect(keys(fitting('acme', acme, {}))).toEqual(['directory_url', 'challenges']);
    const form = {
      ...configForm(null, 'acme'),
      config: { directory_url: 'https://ca.example', challenges: ['dns-01'] },
    };
    expect(configFaults(form, fitting('acme', acme, form.config), [])).toEqual({
      '/dns_provider': 'DNS provider is needed.',
    });
  });

  it('keeps a secret that was left empty, and takes away one that is forgotten or does not fit any more', () => {
    const it = { name: 'Vault', kind: 'vault', config: { address: 'https://vault.example', auth: 'token' } };
    const form = { ...configForm(it, ''), name: ' Vault ' };
    const fits = fitting('vault', vault, form.config);
    expect(configBody(form, fits, ['token'])).toEqual({ name: 'Vault', config: it.config });
    expect(configFaults(form, fits, ['token'])).toEqual({});
    expect(configFaults(form, fits, [])).toEqual({ '/token': 'Token is needed.' });
    // What is needed cannot be forgotten.
    expect([forgettable(fits, ['token']), forgettable(vault, ['token'])]).toEqual([[], ['token']]);
    expect(configBody({ ...form, without: ['token'] }, fits, ['token']).config).toMatchObject({ token: null });
    const other = { ...form.config, auth: 'approle', token: 'typed before', secret_id: 's' };
    const body = configBody({ ...form, config: other }, fitting('vault', vault, other), ['token']);
    expect(body.config).toEqual({ address: 'https://vault.example', auth: 'approle', secret_id: 's', token: null });
  });

  it('is told in the order of the form, with secrets only said to be set', () => {
    expect(
      configInWords(vault, { mode: 'own_root', address: 'https://vault.example', allow_plaintext: false }, ['token']),
    ).toEqual([
      ['address', 'Address', 'https://vault.example'],
      ['token', 'Token', 'set, never shown'],
      ['allow_plaintext', 'Allow http', 'no'],
      ['mode', 'Mode', 'own root'],
    ]);
  });

  it('has maps, whose keys a person chooses', () => {
    const environment: Schema = { type: 'object', additionalProperties: { type: 'string', maxLength: 3 } };
    expect([isMap(environment), isMap(vault)]).toEqual([true, false]);
    expect(faultsOf({ properties: { environment } }, { environment: { A: 'abcd', B: 'b' } })).toEqual({
      '/environment/A': 'At most 3 letters.',
    });
  });
});
