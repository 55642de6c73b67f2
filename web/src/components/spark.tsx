// Ten days of one number, without axes. Not for: reading values. Invariant: days that are not known are gaps, not zeros.
import { line } from 'd3-shape';
import type { Tone } from '@/lib/tokens';
import { toneText } from './status-glyph';

const W = 64;
const H = 20;

export function Spark({ values, tone, label }: { values: readonly (number | null)[]; tone: Tone; label: string }) {
  const known = values.filter((value): value is number => value !== null);
  if (known.length < 2) return null;
  const low = Math.min(...known);
  const high = Math.max(...known);
  const x = (index: number) => 2 + (index / Math.max(1, values.length - 1)) * (W - 5);
  const y = (value: number) => (high === low ? H / 2 : H - 3 - ((value - low) / (high - low)) * (H - 6));
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, index) => x(index))
    .y((value) => y(value ?? 0))(values as (number | null)[]);
  const last = values.findLastIndex((value) => value !== null);
  return (
    <svg aria-label={label} className={toneText[tone]} height={H} role="img" viewBox={`0 0 ${W} ${H}`} width={W}>
      <path className="fill-none stroke-current" d={path ?? ''} strokeLinejoin="round" strokeWidth="1.25" />
      <circle className="fill-current" cx={x(last)} cy={y(values[last] ?? 0)} r="1.75" />
    </svg>
  );
}
