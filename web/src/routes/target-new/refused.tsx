// Why a target was not saved, in the server's words. Not for: faults of single fields before it is sent.
import { ApiError } from '@/api/error';
import { Banner } from '@/ui/banner';

export function Refused({ error }: { error: unknown }) {
  if (!error) return null;
  const failed = ApiError.of(error);
  return (
    <div role="alert">
      <Banner className="rounded-control" tone="crit">
        {failed.sentence} {(failed.problem?.errors ?? []).map((each) => `${each.pointer}: ${each.detail}`).join(' ')}
      </Banner>
    </div>
  );
}
