// What previews of rules and profiles have in common: how a number is shared out, and the first of those that it counts.
// Not for: what one action hits (impacts.tsx). Invariant: a list that is cut short says of how many.
import type { ReactNode } from 'react';
import { count, number } from '@/lib/words';
import { TextLink } from '@/ui/link';

interface Share {
  key: string;
  name: ReactNode;
  count: number;
}

/** Parts of a number, each with its bar. */
export function Shares({ label, of, parts }: { label: string; of: number; parts: readonly Share[] }) {
  return (
    <ul aria-label={label} className="flex flex-col gap-1.5 border-t border-line p-4">
      {parts.map((part) => (
        <li className="flex items-center gap-3" key={part.key}>
          <span className="w-32 truncate">{part.name}</span>
          <span aria-hidden="true" className="h-1.5 flex-1 rounded-chip bg-fill">
            <span
              className="block h-full rounded-chip bg-crit-fill"
              style={{ width: `${(part.count / Math.max(1, of)) * 100}%` }}
            />
          </span>
          <span className="nums w-12 text-end">{number(part.count)}</span>
        </li>
      ))}
    </ul>
  );
}

interface Named {
  certificate_id: string;
  name: string;
}

/** The first certificates of a number of them, with what is said of each. */
export function FirstOf<T extends Named>(props: { of: number; sample: readonly T[]; says: (each: T) => string[] }) {
  const { of, sample, says } = props;
  if (sample.length === 0) return null;
  return (
    <div className="border-t border-line">
      <h3 className="px-4 pt-3 text-xs text-ink-3">
        {of > sample.length ? `The first ${sample.length} of ${number(of)}` : count(of, 'certificate')}
      </h3>
      <ul className="max-h-120 overflow-y-auto py-1">
        {sample.map((each) => (
          <li className="px-4 py-1.5" key={each.certificate_id}>
            <TextLink className="text-ink" to={`/certificates/${each.certificate_id}`}>
              {each.name}
            </TextLink>
            {says(each).map((line, place) => (
              <p className="text-xs text-ink-3" key={place.toString()}>
                {line}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}
