// Something did not load: what, why in plain words, what still works, try again, and the request to quote.
// Not for: forms (their fields say it) and mutations (a toast does).
import { RotateCw, Search } from 'lucide-react';
import { ApiError } from '@/api/error';
import { now } from '@/lib/clock';
import { openPalette } from '@/lib/palette-open';
import { clock } from '@/lib/time';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy';
import { StatusGlyph } from './status-glyph';

interface Props {
  /** What did not load: "The target list". */
  what: string;
  error: unknown;
  /** What goes on all the same. */
  stillWorks?: string;
  onRetry?: () => void;
}

export function ErrorState({ what, error, stillWorks, onRetry }: Props) {
  const failed = ApiError.of(error);
  const gone = failed.status === 404;
  return (
    <div className="max-w-130 p-8" role="alert">
      <StatusGlyph className="mb-3" glyph="failing" size={20} tone="crit" />
      <h2 className="text-lg font-semibold">
        {what} {gone ? 'is not there' : 'did not load'}
      </h2>
      <p className="mt-1 text-ink-2">
        {failed.sentence}
        {stillWorks ? ` ${stillWorks}` : ''}
      </p>
      {onRetry || gone ? (
        <div className="mt-4 flex gap-2">
          {gone ? (
            <Button icon={<Search size={14} />} onClick={openPalette} variant="primary">
              Search
            </Button>
          ) : null}
          {onRetry ? (
            <Button icon={<RotateCw size={14} />} onClick={onRetry} variant={gone ? 'outline' : 'primary'}>
              Try again
            </Button>
          ) : null}
        </div>
      ) : null}
      <p className="nums mt-4 flex items-center gap-1 text-xs text-ink-3">
        {failed.status ? `${failed.status} at ` : ''}
        {clock(now(), 'UTC')} UTC
        {failed.requestId ? (
          <>
            , request <code>{failed.requestId}</code>
            <CopyButton label="Copy request id" text={failed.requestId} />
          </>
        ) : null}
      </p>
    </div>
  );
}
