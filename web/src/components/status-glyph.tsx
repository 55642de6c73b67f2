// The status glyphs: eleven own silhouettes on a 16 px grid, so that a status is told without colour.
// Not for: words (StatusText). Invariant: a glyph is decoration (aria-hidden); its word stands beside it or in `title`.
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';
import type { Glyph, Tone } from '@/lib/tokens';

export const toneText: Record<Tone, string> = {
  ok: 'text-ok',
  warn: 'text-warn',
  crit: 'text-crit',
  info: 'text-info',
  neutral: 'text-ink-3',
};

const ring = <circle cx="8" cy="8" r="6.2" />;
const dashed = <circle cx="8" cy="8" r="6.2" strokeDasharray="2.6 1.729" strokeLinecap="butt" />;

const drawings: Record<Glyph, ReactNode> = {
  healthy: (
    <>
      {ring}
      <path d="m5.4 8.2 1.8 1.8 3.4-3.7" />
    </>
  ),
  failing: (
    <>
      <path className="fill-current stroke-none" d="M5.3 1.2h5.4l3.9 3.9v5.8l-3.9 3.9H5.3l-3.9-3.9V5.1z" />
      <path className="stroke-surface" d="M8 4.6v4" />
      <circle className="fill-surface stroke-none" cx="8" cy="11.2" r="1" />
    </>
  ),
  expired: (
    <>
      <rect className="fill-current stroke-none" height="13" rx="2.6" width="13" x="1.5" y="1.5" />
      <path className="stroke-surface" d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" />
    </>
  ),
  unverified: (
    <>
      {dashed}
      <path d="M6.4 6.5c0-1 .7-1.7 1.7-1.7s1.7.6 1.7 1.5c0 1.2-1.7 1.3-1.7 2.5" strokeWidth="1.4" />
      <circle className="fill-current stroke-none" cx="8.1" cy="10.9" r=".85" />
    </>
  ),
  waiting: dashed,
  pending: <circle cx="8" cy="8" r="6" strokeDasharray="0.1 3.67" strokeWidth="1.9" />,
  renewing: (
    <>
      <path d="M8.9 1.9a6.2 6.2 0 1 1-6.1 2.8" />
      <path d="M2.3 1.7v3.3h3.3" />
    </>
  ),
  due: (
    <>
      {ring}
      <path d="M8 4.7V8.2l2.2 1.3" />
    </>
  ),
  archived: (
    <>
      {ring}
      <path d="M5.2 8h5.6" />
    </>
  ),
  revoked: (
    <>
      {ring}
      <path d="m3.8 12.2 8.4-8.4" />
    </>
  ),
  warning: (
    <>
      <path d="M8 2 14.4 13.4H1.6z" />
      <path d="M8 6.4v3.2" />
      <circle className="fill-current stroke-none" cx="8" cy="11.4" r=".8" />
    </>
  ),
};

interface Props {
  glyph: Glyph;
  tone: Tone;
  size?: number;
  className?: string;
}

export function StatusGlyph({ glyph, tone, size = 16, className }: Props) {
  return (
    <svg
      aria-hidden="true"
      className={cx('shrink-0 fill-none stroke-current', toneText[tone], glyph === 'renewing' && 'turning', className)}
      height={size}
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeWidth="1.6"
      viewBox="0 0 16 16"
      width={size}
    >
      {drawings[glyph]}
    </svg>
  );
}
