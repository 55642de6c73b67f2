// The log of a job: by attempt, filtered, copied, kept as a file; while steps come, the last one stays in sight.
// Not for: one step's words (components/job-steps). Invariant: what is copied or kept is the whole log, whatever is filtered.
import { ArrowDownToLine, Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Schemas } from '@/api/types';
import { attemptsOf, JobSteps } from '@/components/job-steps';
import { Button, IconButton } from '@/ui/button';
import { CopyButton } from '@/ui/copy';
import { Panel } from '@/ui/panel';
import { Segmented } from '@/ui/segmented';

export function Log({
  id,
  steps,
  running,
}: {
  id: string;
  steps: readonly Schemas['JobStep'][];
  /** Further steps are to come. */
  running: boolean;
}) {
  const groups = attemptsOf(steps);
  const [chosen, setChosen] = useState<string | null>(null);
  const [text, setText] = useState('');
  const [following, setFollowing] = useState(true);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (running && following && steps.length > 0) end.current?.scrollIntoView({ block: 'nearest' });
  }, [running, following, steps.length]);
  const last = groups.at(-1)?.attempt;
  const attempt = chosen === 'all' ? undefined : chosen === null ? last : Number(chosen);
  const words = text.trim().toLowerCase();
  const shown = steps.filter(
    (step) => words === '' || `${step.name} ${step.detail} ${step.outcome}`.toLowerCase().includes(words),
  );
  const plain = steps
    .map((step) => `${step.at}\tattempt ${step.attempt}\t${step.name}\t${step.outcome}\t${step.detail}`)
    .join('\n');
  const save = () => {
    const url = URL.createObjectURL(new Blob([plain], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${id}.log`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Panel
      actions={
        <>
          {groups.length > 1 ? (
            <Segmented
              label="Attempt"
              onChange={setChosen}
              options={[
                ...groups.slice(-6).map((group) => ({
                  value: String(group.attempt),
                  label: `${group.attempt}${group.failed ? ' failed' : ''}`,
                })),
                { value: 'all', label: 'All' },
              ]}
              value={chosen ?? String(last)}
            />
          ) : null}
          {running ? (
            <Button
              aria-pressed={following}
              icon={<ArrowDownToLine size={14} />}
              onClick={() => setFollowing(!following)}
              size="sm"
              variant={following ? 'outline' : 'ghost'}
            >
              {following ? 'Following' : 'Follow'}
            </Button>
          ) : null}
          {steps.length > 0 ? (
            <>
              <input
                aria-label="Filter the log"
                className="h-7 w-40 rounded-control border border-control-line bg-surface px-2 text-xs"
                onChange={(event) => setText(event.target.value)}
                placeholder="Filter"
                value={text}
              />
              <CopyButton label="Copy log" text={plain} />
              <IconButton icon={<Download size={14} />} label="Download log" onClick={save} size="icon-sm" />
            </>
          ) : null}
        </>
      }
      flush
      note={groups.length > 1 ? undefined : 'times in UTC'}
      title="Log"
    >
      {words !== '' && shown.length === 0 ? (
        <p className="px-4 py-6 text-ink-3">No step matches.</p>
      ) : (
        <div>
          <JobSteps attempt={words === '' ? attempt : undefined} steps={shown} />
          <div ref={end} />
        </div>
      )}
    </Panel>
  );
}
