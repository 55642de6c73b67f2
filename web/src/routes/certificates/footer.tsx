// Under the list: what is in sight of how many, how fresh it is, and the keys.
import { useLive } from '@/api/live';
import { useNow } from '@/lib/clock';
import { ago } from '@/lib/time';
import { number } from '@/lib/words';
import { Keys } from '@/ui/kbd';

export function ListFooter({
  from,
  to,
  total,
  updatedAt,
  fetching,
  approximate,
}: {
  from: number;
  to: number;
  total: number;
  updatedAt: number;
  fetching: boolean;
  approximate: boolean;
}) {
  const live = useLive();
  const now = useNow();
  return (
    <footer
      className="flex h-8 shrink-0 items-center gap-5 border-t border-line bg-canvas px-5 text-xs text-ink-3"
      data-print="no"
    >
      <span className="nums">
        {total === 0
          ? 'no rows'
          : `${number(from + 1)}–${number(Math.min(total, to + 1))} of ${approximate ? 'about ' : ''}${number(total)}`}
      </span>
      <span className="nums">
        {live.connected ? 'Live' : 'Not live'}
        {updatedAt > 0 ? `, ${fetching ? 'updating' : `updated ${ago(updatedAt, now)}`}` : ''}
      </span>
      <span className="ms-auto flex items-center gap-4 tablet:hidden">
        <span className="flex items-center gap-1.5">
          <Keys keys="J K" /> move
        </span>
        <span className="flex items-center gap-1.5">
          <Keys keys="X" /> select
        </span>
        <span className="flex items-center gap-1.5">
          <Keys keys="Space" /> peek
        </span>
        <span className="flex items-center gap-1.5">
          <Keys keys="Enter" /> open
        </span>
        <span className="flex items-center gap-1.5">
          <Keys keys="." /> actions
        </span>
        <span className="flex items-center gap-1.5">
          <Keys keys="?" /> all shortcuts
        </span>
      </span>
    </footer>
  );
}
