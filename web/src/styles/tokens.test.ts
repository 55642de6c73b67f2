// @vitest-environment node
// Contrast (WCAG 2.2) of every text token on every surface that it may stand on, and how far apart the colours are that must be
// told apart, also by eyes that lack one kind of cone: all from the style sheet itself. Not for: where a token is used (axe).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const sheet = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** Linear sRGB. */
type Rgb = readonly [r: number, g: number, b: number];
type Matrix = readonly [Rgb, Rgb, Rgb];

const times = (m: Matrix, v: Rgb): Rgb =>
  m.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as unknown as Rgb;

// OKLab of Björn Ottosson (bottosson.github.io/posts/oklab): from linear sRGB to cones, from their cube roots to Lab, and back.
const cones: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const lab: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];
const conesOfLab: Matrix = [
  [1, 0.3963377774, 0.2158037573],
  [1, -0.1055613458, -0.0638541728],
  [1, -0.0894841775, -1.291485548],
];
const rgbOfCones: Matrix = [
  [4.0767416621, -3.3077115913, 0.2309699292],
  [-1.2684380046, 2.6097574011, -0.3413193965],
  [-0.0041960863, -0.7034186147, 1.707614701],
];

function rgbOf(lightness: number, chroma: number, hue: number): Rgb {
  const turn = (hue * Math.PI) / 180;
  const root = times(conesOfLab, [lightness, chroma * Math.cos(turn), chroma * Math.sin(turn)]);
  return times(rgbOfCones, root.map((value) => value ** 3) as unknown as Rgb);
}

const clip = (value: number) => Math.min(1, Math.max(0, value));
const okLab = (colour: Rgb): Rgb => times(lab, times(cones, colour).map(Math.cbrt) as unknown as Rgb);
const distance = (a: Rgb, b: Rgb) => {
  const [one, other] = [okLab(a), okLab(b)];
  return Math.hypot(...one.map((value, index) => value - (other[index] ?? 0)));
};

/** Relative luminance (WCAG 2.2). */
const luminance = ([r, g, b]: Rgb) => 0.2126 * clip(r) + 0.7152 * clip(g) + 0.0722 * clip(b);
function contrast(a: Rgb, b: Rgb): number {
  const [one, other] = [luminance(a), luminance(b)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

// Machado, Oliveira, Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), severity 1;
// the matrices are for linear sRGB.
const eyes: Readonly<Record<string, Matrix>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
const seenBy = (eye: string, colour: Rgb): Rgb => {
  const matrix = eyes[eye];
  return matrix === undefined ? colour : (times(matrix, colour).map(clip) as unknown as Rgb);
};

function theme(name: 'dark' | 'light'): (token: string) => Rgb {
  const start = sheet.indexOf(`[data-theme="${name}"]`);
  const block = sheet.slice(start, sheet.indexOf('}', start));
  const found = new Map<string, Rgb>();
  for (const [, token = '', l = '', c = '0', h = '0'] of block.matchAll(
    /--([a-z0-9-]+):\s*oklch\(([\d.]+)\s+([\d.]+)\s+([\d.]+)\)/g,
  ))
    found.set(token, rgbOf(Number(l), Number(c), Number(h)));
  return (token) => {
    const colour = found.get(token);
    if (colour === undefined) throw new Error(`the ${name} theme has no --${token}`);
    return colour;
  };
}

const surfaces = ['canvas', 'surface', 'raised', 'sunken', 'fill'];
const texts = ['ink', 'ink-2', 'ink-3', 'mute', 'accent-ink', 'ok', 'warn', 'crit', 'info'];
const tones = ['ok', 'warn', 'crit', 'info'];
const ramp = ['h0', 'h1', 'h2', 'h3', 'h4', 'h5'];
const series = ['s1', 's2', 's3', 's4', 's5'];

/** How far two colours are at least, whoever looks. Tones stand with a silhouette and a word of their own, since the weakest pairs
 * (warn and crit without the middle cones, ok and info without the short ones) are close; series have nothing but their colour. */
const APART = { tones: 0.025, series: 0.045 };
const seeing = ['all cones', ...Object.keys(eyes)];

describe.each(['dark', 'light'] as const)('the %s theme', (name) => {
  const of = theme(name);

  it('has only colours that a screen can show', () => {
    for (const token of [...surfaces, ...texts, ...ramp, ...series, 'accent', 'danger', 'line', 'control-line'])
      for (const part of of(token)) {
        expect(part, token).toBeGreaterThan(-0.001);
        expect(part, token).toBeLessThan(1.001);
      }
  });

  it.each(texts)('%s is read on every surface', (text) => {
    for (const surface of surfaces)
      expect(contrast(of(text), of(surface)), `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['ink', 'ink-2'])('%s is read on an active item and on the chosen', (text) => {
    for (const surface of ['fill-strong', 'accent-soft'])
      expect(contrast(of(text), of(surface)), `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5);
  });

  it.each(tones)('%s is read on its own soft ground', (tone) => {
    expect(contrast(of(tone), of(`${tone}-soft`))).toBeGreaterThanOrEqual(4.5);
    for (const text of ['ink', 'ink-2'])
      expect(contrast(of(text), of(`${tone}-soft`)), `${text} on ${tone}-soft`).toBeGreaterThanOrEqual(4.5);
  });

  it('buttons are read', () => {
    for (const ground of ['accent', 'accent-hover', 'danger'])
      expect(contrast(of('on-accent'), of(ground)), ground).toBeGreaterThanOrEqual(4.5);
  });

  it('what is not text is seen: fills, the edges of fields, series', () => {
    for (const fill of [...tones.map((tone) => `${tone}-fill`), 'control-line', ...series])
      for (const surface of ['surface', 'raised', 'canvas'])
        expect(contrast(of(fill), of(surface)), `${fill} on ${surface}`).toBeGreaterThanOrEqual(3);
  });

  it('the ring of the focus stands out on every surface', () => {
    for (const surface of surfaces) expect(contrast(of('accent-ink'), of(surface)), surface).toBeGreaterThanOrEqual(7);
  });

  it('the ramp goes one way, in steps that are seen', () => {
    const light = ramp.map((step) => okLab(of(step))[0]);
    const way = name === 'dark' ? 1 : -1;
    for (let i = 1; i < ramp.length; i += 1) {
      expect(way * ((light[i] ?? 0) - (light[i - 1] ?? 0)), `${ramp[i]} after ${ramp[i - 1]}`).toBeGreaterThan(0);
      expect(distance(of(ramp[i] ?? ''), of(ramp[i - 1] ?? '')), `${ramp[i - 1]}, ${ramp[i]}`).toBeGreaterThan(0.056);
    }
  });

  it.each(seeing)('tones are told apart, and series: %s', (eye) => {
    const told = (set: readonly string[], least: number) => {
      for (const [index, one] of set.entries())
        for (const other of set.slice(index + 1)) {
          const apart = distance(seenBy(eye, of(one)), seenBy(eye, of(other)));
          expect.soft(apart, `${one}, ${other}`).toBeGreaterThanOrEqual(least);
        }
    };
    told(
      tones.map((tone) => `${tone}-fill`),
      APART.tones,
    );
    told(tones, APART.tones);
    told(series, APART.series);
  });
});
