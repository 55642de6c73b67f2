// @vitest-environment node
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

// Contrast (WCAG 2.2) of every text token on every surface that it may stand on, from the style sheet itself.
const sheet = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function theme(name: 'dark' | 'light'): Map<string, number> {
  const start = sheet.indexOf(`[data-theme="${name}"]`);
  const block = sheet.slice(start, sheet.indexOf('}', start));
  const found = new Map<string, number>();
  for (const [, token = '', l = '', c = '', h = '0'] of block.matchAll(
    /--([a-z0-9-]+):\s*oklch\(([\d.]+)\s+([\d.]+)\s+([\d.]+)\)/g,
  ))
    found.set(token, luminance(Number(l), Number(c), Number(h)));
  return found;
}

/** Relative luminance of an OKLCH colour. */
function luminance(lightness: number, chroma: number, hue: number): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const r = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
  const g = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
  const blue = -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return 0.2126 * clip(r) + 0.7152 * clip(g) + 0.0722 * clip(blue);
}

const contrast = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

describe.each(['dark', 'light'] as const)('the %s theme', (name) => {
  const colours = theme(name);
  const of = (token: string) => colours.get(token) ?? Number.NaN;
  const surfaces = ['canvas', 'surface', 'raised', 'sunken', 'fill'];

  it.each(['ink', 'ink-2', 'ink-3', 'accent-ink', 'ok', 'warn', 'crit', 'info'])(
    '%s is read on every surface',
    (text) => {
      for (const surface of surfaces)
        expect(contrast(of(text), of(surface)), `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(['warn', 'crit', 'ok', 'info'])('%s is read on its own soft ground', (tone) => {
    expect(contrast(of(tone), of(`${tone}-soft`))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of('ink-2'), of(`${tone}-soft`))).toBeGreaterThanOrEqual(4.5);
  });

  it('buttons are read, and fills are seen', () => {
    expect(contrast(of('on-accent'), of('accent'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of('on-accent'), of('accent-hover'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of('on-accent'), of('danger'))).toBeGreaterThanOrEqual(4.5);
    for (const fill of ['ok-fill', 'warn-fill', 'crit-fill', 'info-fill', 'control-line'])
      expect(contrast(of(fill), of('surface')), fill).toBeGreaterThanOrEqual(3);
  });
});
