// The certificates of a PEM text: who each is, who signed it, and when it ends, read from their DER.
// Not for: checking anything. Invariant: what cannot be read is left out, never guessed.

export interface Named {
  subject: string;
  issuer: string;
  notBefore: string | null;
  notAfter: string | null;
  pem: string;
}

interface Node {
  tag: number;
  from: number;
  to: number;
}

const COMMON_NAME = '55,04,03';
const ORGANISATION = '55,04,0a';

function nodeAt(bytes: Uint8Array, at: number): Node | null {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) return null;
  let length = first;
  let from = at + 2;
  if (first & 0x80) {
    const size = first & 0x7f;
    if (size > 4) return null;
    length = 0;
    for (let place = 0; place < size; place += 1) length = length * 256 + (bytes[from + place] ?? 0);
    from += size;
  }
  return from + length > bytes.length ? null : { tag, from, to: from + length };
}

function children(bytes: Uint8Array, node: Node): Node[] {
  const found: Node[] = [];
  for (let at = node.from; at < node.to; ) {
    const child = nodeAt(bytes, at);
    if (child === null) break;
    found.push(child);
    at = child.to;
  }
  return found;
}

function nameOf(bytes: Uint8Array, node: Node | undefined): string {
  if (node === undefined) return '';
  const parts = new Map<string, string>();
  for (const set of children(bytes, node))
    for (const pair of children(bytes, set)) {
      const [oid, value] = children(bytes, pair);
      if (oid === undefined || value === undefined) continue;
      const key = [...bytes.subarray(oid.from, oid.to)].map((byte) => byte.toString(16).padStart(2, '0')).join(',');
      parts.set(key, new TextDecoder().decode(bytes.subarray(value.from, value.to)));
    }
  return parts.get(COMMON_NAME) ?? parts.get(ORGANISATION) ?? '';
}

function timeOf(bytes: Uint8Array, node: Node | undefined): string | null {
  if (node === undefined) return null;
  const text = new TextDecoder().decode(bytes.subarray(node.from, node.to));
  // UTCTime has two digits for the year: 50 to 99 are of the last century (RFC 5280).
  const full = node.tag === 0x17 ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full);
  return match === null ? null : `${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}Z`;
}

function read(pem: string): Named | null {
  try {
    const body = pem.replaceAll(/-----[^-]+-----|\s/g, '');
    const bytes = Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0));
    const outer = nodeAt(bytes, 0);
    const tbs = outer && children(bytes, outer)[0];
    if (!tbs) return null;
    const fields = children(bytes, tbs);
    // The version is left out by v1 certificates.
    const start = fields[0]?.tag === 0xa0 ? 1 : 0;
    const validity = fields[start + 3];
    const [before, after] = validity ? children(bytes, validity) : [];
    return {
      subject: nameOf(bytes, fields[start + 4]),
      issuer: nameOf(bytes, fields[start + 2]),
      notBefore: timeOf(bytes, before),
      notAfter: timeOf(bytes, after),
      pem,
    };
  } catch {
    return null;
  }
}

export function certificatesIn(text: string): Named[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => read(`${block}\n`) ?? []);
}
