// The forms in which the chain of a version is downloaded. Not for: showing it.
import { BASE } from '@/api/client';

export const chainForms = [
  { form: 'pem', label: 'Chain as PEM', hint: 'leaf first, what most servers read' },
  { form: 'p7b', label: 'Chain as PKCS #7', hint: 'one file, for Windows and Java' },
  { form: 'der', label: 'Certificate alone as DER', hint: 'without its chain' },
] as const;
export type ChainForm = (typeof chainForms)[number]['form'];

export const chainUrl = (id: string, form: ChainForm, version?: string) =>
  `${BASE}/certificates/${encodeURIComponent(id)}/chain.${form}${version ? `?version=${encodeURIComponent(version)}` : ''}`;
