// The mark: a rosette of three turned squares (a seal) with a tick.
export const Logo = ({ size = 22 }: { size?: number }) => (
  <svg aria-hidden="true" height={size} viewBox="0 0 24 24" width={size}>
    <g className="fill-accent-ink">
      {[0, 30, 60].map((turn) => (
        <rect height="15.2" key={turn} rx="3" transform={`rotate(${turn} 12 12)`} width="15.2" x="4.4" y="4.4" />
      ))}
    </g>
    <circle className="fill-canvas" cx="12" cy="12" r="6.8" />
    <path
      className="fill-none stroke-accent-ink"
      d="m9.1 12.2 2 2.1 3.9-4.3"
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeWidth="1.9"
    />
  </svg>
);
