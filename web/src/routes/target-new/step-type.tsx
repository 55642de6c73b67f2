// Step 1: which type of target, with what each one needs.
import { useState } from 'react';
import type { TargetKind } from '@/components/targets/use-kinds';
import { cx } from '@/lib/cx';
import { fieldsOf } from '@/lib/json-schema';
import { and } from '@/lib/words';
import { inputLook } from '@/ui/field';

const MANY = 6;

export function StepType(props: { kinds: readonly TargetKind[]; chosen: string; onChoose: (kind: string) => void }) {
  const [text, setText] = useState('');
  const shown = props.kinds.filter((each) => `${each.title} ${each.kind}`.toLowerCase().includes(text.toLowerCase()));
  return (
    <div className="flex max-w-220 flex-col gap-4">
      {props.kinds.length > MANY ? (
        <input
          aria-label="Search the types"
          className={cx(inputLook, 'max-w-80')}
          onChange={(event) => setText(event.target.value)}
          placeholder="Search"
          value={text}
        />
      ) : null}
      <ul className="grid grid-cols-2 gap-3 narrow:grid-cols-1">
        {shown.map((each) => {
          const fields = fieldsOf(each.schema);
          const needed = fields.filter((field) => field.required).map((field) => field.label.toLowerCase());
          const proof = fields.some((field) => field.key === 'probe');
          return (
            <li key={each.kind}>
              <button
                aria-pressed={each.kind === props.chosen}
                className={cx(
                  'flex h-full w-full flex-col items-start gap-1 rounded-panel border bg-surface p-4 text-start hover:border-control-line',
                  each.kind === props.chosen ? 'border-accent-ink' : 'border-line',
                )}
                onClick={() => props.onChoose(each.kind)}
                type="button"
              >
                <span className="text-base font-semibold">{each.title}</span>
                <span className="text-ink-2">Needs {needed.length > 0 ? and(needed) : 'nothing'}.</span>
                <span className="text-xs text-ink-3">
                  {proof ? 'Proven by a handshake with its endpoints.' : 'Installed, without a proof.'}
                </span>
              </button>
            </li>
          );
        })}
        {shown.length === 0 ? <li className="text-ink-3">No type is called so.</li> : null}
      </ul>
    </div>
  );
}
