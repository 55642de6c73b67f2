// What stands over a form over an object: the two versions when somebody else was faster, or why saving was refused. Not for:
// the fields (FormFields). Invariant: a refusal because of another version is told by the versions alone.
import { ApiError } from '@/api/error';
import { Conflict } from './conflict';
import { FormFault } from './form-fault';

type Words = Readonly<Record<string, string>>;

interface Props {
  /** What is edited: "The policy". */
  what: string;
  draft: { stale: boolean; rebase: () => void; reset: () => void };
  save: { error: unknown; reset: () => void };
  mine: Words;
  /** As it is now; nothing for what is new. */
  theirs: Words | null;
}

export function DraftFaults({ what, draft, save, mine, theirs }: Props) {
  const choose = (take: () => void) => () => {
    save.reset();
    take();
  };
  return (
    <>
      {draft.stale && theirs ? (
        <Conflict
          mine={mine}
          onMine={choose(draft.rebase)}
          onTheirs={choose(draft.reset)}
          theirs={theirs}
          what={what}
        />
      ) : null}
      {ApiError.of(save.error).status === 412 ? null : <FormFault error={save.error} />}
    </>
  );
}
