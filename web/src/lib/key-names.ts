// Keys in words: algorithms and who makes them. Not for: deciding what a profile allows.
import type { Schemas } from '@/api/types';

const algorithms: Record<string, string> = {
  'ecdsa-p256': 'ECDSA P-256',
  'ecdsa-p384': 'ECDSA P-384',
  'rsa-2048': 'RSA 2048',
  'rsa-3072': 'RSA 3072',
  'rsa-4096': 'RSA 4096',
  ed25519: 'Ed25519',
};

export const keyName = (algorithm: string) => algorithms[algorithm] ?? algorithm;

export const strategies: Record<Schemas['KeyStrategy'], string> = {
  per_host: 'one key on each agent',
  shared: 'one key, on one agent',
  external: 'key outside of certctl',
  server: 'key on the server',
  found: 'found and watched only',
};
