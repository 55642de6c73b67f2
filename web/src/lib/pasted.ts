// What is pasted into the search: of a certificate as PEM its fingerprint is looked for. Not for: reading the certificate (pem.ts).
// Invariant: anything else stays as it was pasted.

/** The DER of the first certificate in a text; a field of one line has taken its line breaks. */
export function derIn(text: string): Uint8Array<ArrayBuffer> | null {
  const body = /-----BEGIN CERTIFICATE-----([\s\S]*?)(-----END|$)/.exec(text)?.[1]?.replaceAll(/\s/g, '');
  if (!body) return null;
  try {
    return Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0));
  } catch {
    return null;
  }
}

/** What to look for: the SHA-256 fingerprint of a pasted certificate, else the text. */
export async function wantedOf(text: string): Promise<string> {
  const der = derIn(text);
  if (der === null) return text;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', der));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
