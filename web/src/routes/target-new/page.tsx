// The wizard for a new target: type, where, checks, save; each step has its URL, and the draft is kept.
// Invariant: a failed check blocks saving and says why; what only the host can tell is not called passed.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { ErrorState } from '@/components/error-state';
import { useTargetKinds } from '@/components/targets/use-kinds';
import { cx } from '@/lib/cx';
import { faultsOf } from '@/lib/json-schema';
import type { Search } from '@/lib/search';
import type { TargetDraft } from '@/lib/target-checks';
import { PageHeader } from '@/shell/page-header';
import { Banner } from '@/ui/banner';
import { SkeletonRows } from '@/ui/skeleton';
import { keepDraft, keptDraft } from './draft';
import { StepChecks } from './step-checks';
import { StepSave } from './step-save';
import { StepType } from './step-type';
import { StepWhere } from './step-where';

const steps = [
  { key: 'type', label: 'Type' },
  { key: 'where', label: 'Where' },
  { key: 'test', label: 'Test' },
  { key: 'save', label: 'Save' },
] as const;
type StepKey = (typeof steps)[number]['key'];

/** How far a draft can go: a step is open once the one before has what it needs. */
function reach(draft: TargetDraft, faults: number): StepKey {
  if (draft.kind === '') return 'type';
  return draft.agent_id === '' || draft.name === '' || faults > 0 ? 'where' : 'save';
}

export function TargetNewPage() {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const reason = may(useCaller(), 'targets.manage');
  const { kinds, titleOf, error, retry } = useTargetKinds();
  const [draft, setDraft] = useState<TargetDraft>(() => {
    const kept = keptDraft();
    return search.agent ? { ...kept, agent_id: search.agent } : kept;
  });
  const kind = kinds?.find((each) => each.kind === draft.kind);
  const faults = kind ? faultsOf(kind.schema, draft.config) : {};
  const furthest = reach(kind ? draft : { ...draft, kind: '' }, Object.keys(faults).length);
  const place = (key: string) => steps.findIndex((step) => step.key === key);
  const wanted = steps.find((step) => step.key === search.step)?.key ?? 'type';
  const step = place(wanted) > place(furthest) ? furthest : wanted;
  const go = (next: StepKey) =>
    void navigate({ to: '/targets/new', search: (next === 'type' ? {} : { step: next }) as never });
  const change = (next: Partial<TargetDraft>) => {
    const changed = { ...draft, ...next };
    setDraft(changed);
    keepDraft(changed);
  };

  // Each step begins at its first field, so that the wizard goes by keyboard alone.
  const body = useRef<HTMLDivElement>(null);
  const there = kinds !== undefined;
  useEffect(() => {
    if (there && step !== 'test')
      body.current?.querySelector<HTMLElement>(`[data-step=${step}] :is(input, button, [role=combobox])`)?.focus();
  }, [step, there]);

  return (
    <div className="flex flex-col gap-5 p-6 tablet:p-4" ref={body}>
      <PageHeader crumbs={[{ label: 'Targets', to: '/targets' }]} title="New target" />
      <ol aria-label="Steps" className="flex max-w-220 flex-wrap items-center gap-2">
        {steps.map((each, index) => {
          const open = index <= place(furthest);
          const now = each.key === step;
          return (
            <li className="flex items-center gap-2" key={each.key}>
              {index > 0 ? <span aria-hidden="true" className="h-px w-8 bg-line-strong" /> : null}
              <button
                aria-current={now ? 'step' : undefined}
                className={cx(
                  'flex h-8 items-center gap-2 rounded-control px-2',
                  now ? 'font-semibold' : open ? 'text-ink-2 hover:bg-fill' : 'text-ink-3',
                )}
                disabled={!open}
                onClick={() => go(each.key)}
                type="button"
              >
                <span
                  className={cx(
                    'nums flex size-5 items-center justify-center rounded-full text-2xs',
                    now ? 'bg-accent text-on-accent' : 'bg-fill-strong text-ink-2',
                  )}
                >
                  {index + 1}
                </span>
                {each.label}
              </button>
            </li>
          );
        })}
      </ol>
      {reason ? (
        <Banner className="max-w-220 rounded-control" tone="warn">
          You cannot add targets: it {reason}.
        </Banner>
      ) : null}
      {error && !kinds ? <ErrorState error={error} onRetry={retry} what="The list of types" /> : null}
      {!kinds && !error ? <SkeletonRows rows={5} /> : null}
      <div data-step={step}>
        {kinds && step === 'type' ? (
          <StepType
            chosen={draft.kind}
            kinds={kinds}
            onChoose={(next) => {
              change(next === draft.kind ? {} : { kind: next, config: {} });
              go('where');
            }}
          />
        ) : null}
        {kind && step === 'where' ? (
          <StepWhere
            draft={draft}
            faults={faults}
            kind={kind}
            onBack={() => go('type')}
            onChange={change}
            onNext={() => go('test')}
          />
        ) : null}
        {kind && step === 'test' ? (
          <StepChecks
            draft={draft}
            faults={faults}
            onBack={() => go('where')}
            onChange={change}
            onNext={() => go('save')}
            title={titleOf(draft.kind)}
          />
        ) : null}
        {kind && step === 'save' ? (
          <StepSave
            draft={draft}
            faults={faults}
            onBack={() => go('test')}
            onChange={change}
            title={titleOf(draft.kind)}
          />
        ) : null}
      </div>
    </div>
  );
}
