// The limits of a profile by the field of a certificate that they are about. Not for: why one does not fit (the server says that).
const words: Readonly<Record<string, string>> = {
  names: 'names',
  key_algorithm: 'kind of key',
  lifetime_seconds: 'lifetime',
  extended_key_usages: 'use',
  issuer_id: 'issuer',
  key_strategy: 'who makes the key',
  environment: 'environment',
};

export const limitWords = (field: string): string => {
  const name = field.replace(/^\//, '');
  return words[name] ?? name.replaceAll('_', ' ');
};
