// The text of one filter: `due,failing`, `-letsencrypt`, `none`, with `\` before what would mean something else.
// Not for: ranges (they are kept as they are written). Invariant: parse(write(terms)) equals terms.

export interface Term {
  /** The token; null stands for "unset" (`none`). */
  value: string | null;
  not: boolean;
}

export function parseTerms(text: string): Term[] {
  const parts: string[] = [''];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === '\\' && at + 1 < text.length) {
      parts[parts.length - 1] += sign + text.charAt(at + 1);
      at += 1;
    } else if (sign === ',') parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return parts.filter((part) => part !== '' && part !== '-').map(parseTerm);
}

function parseTerm(part: string): Term {
  const not = part.startsWith('-');
  const body = not ? part.slice(1) : part;
  if (body === 'none') return { value: null, not };
  return { value: body.replace(/\\(.)/gs, '$1'), not };
}

export function writeTerms(terms: readonly Term[]): string {
  return terms.map(({ value, not }) => `${not ? '-' : ''}${value === null ? 'none' : escape(value)}`).join(',');
}

function escape(value: string): string {
  const escaped = value.replace(/[\\,]/g, '\\$&');
  return escaped === 'none' || escaped.startsWith('-') ? `\\${escaped}` : escaped;
}

/** The positive tokens of a filter, for menus. */
export function chosen(text: string | undefined): (string | null)[] {
  return text === undefined
    ? []
    : parseTerms(text)
        .filter((term) => !term.not)
        .map((term) => term.value);
}
