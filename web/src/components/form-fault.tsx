// Why a form was not taken, on top of it: the sentence, and the fields that are named. Not for: short forms in dialogs (FormDialog).
import { ApiError } from '@/api/error';
import { Banner } from '@/ui/banner';

const nameOf = (pointer: string) => pointer.replace(/^\//, '').replaceAll('/', ' › ').replaceAll('_', ' ');

export function FormFault({ error }: { error: unknown }) {
  if (!error) return null;
  const failed = ApiError.of(error);
  const fields = failed.problem?.errors ?? [];
  return (
    <div role="alert">
      <Banner className="rounded-control" tone="crit">
        <p>{failed.sentence}</p>
        {fields.length > 0 ? (
          <ul className="list-disc ps-4">
            {fields.map((each) => (
              <li key={`${each.pointer} ${each.detail}`}>
                {each.pointer ? <span className="font-medium">{nameOf(each.pointer)}: </span> : null}
                {each.detail}
              </li>
            ))}
          </ul>
        ) : null}
        {failed.requestId ? <p className="text-xs text-ink-3">Request {failed.requestId}</p> : null}
      </Banner>
    </div>
  );
}
