// Somebody else changed it while it was edited here: both side by side, and which one stays. Not for: merging.
// Invariant: nothing is lost before one of the two is chosen.
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { Cell, RowsTable } from '@/ui/rows-table';

interface Props {
  /** What was changed: "The policy". */
  what: string;
  mine: Readonly<Record<string, string>>;
  theirs: Readonly<Record<string, string>>;
  onMine: () => void;
  onTheirs: () => void;
}

export function Conflict({ what, mine, theirs, onMine, onTheirs }: Props) {
  const differing = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])].filter(
    (key) => mine[key] !== theirs[key],
  );
  return (
    <div role="alert">
      <Panel
        actions={
          <>
            <Button onClick={onTheirs} size="sm">
              Take theirs
            </Button>
            <Button onClick={onMine} size="sm" variant="primary">
              Keep mine
            </Button>
          </>
        }
        className="border-warn-fill"
        flush
        note={`${what} was changed by somebody else meanwhile; yours is not saved yet`}
        title={<span className="whitespace-nowrap">Two versions</span>}
      >
        <RowsTable head={[{ label: 'What', hidden: true }, 'Yours', 'Theirs, as it is now']} label="What differs">
          {differing.map((key) => (
            <tr key={key}>
              <Cell className="text-ink-3">{key}</Cell>
              <Cell>{mine[key] || 'nothing'}</Cell>
              <Cell>{theirs[key] || 'nothing'}</Cell>
            </tr>
          ))}
          {differing.length === 0 ? (
            <tr>
              <Cell className="text-ink-3">Both say the same.</Cell>
              <Cell />
              <Cell />
            </tr>
          ) : null}
        </RowsTable>
      </Panel>
    </div>
  );
}
