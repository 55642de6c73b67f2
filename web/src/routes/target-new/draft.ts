// The draft of a new target: kept in this browser until it is saved or thrown away. Not for: secrets (targets have none).
import type { TargetDraft } from '@/lib/target-checks';

const KEY = 'certctl.target-draft';
const EMPTY: TargetDraft = { kind: '', agent_id: '', name: '', config: {} };

export function keptDraft(): TargetDraft {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return typeof kept === 'object' && kept !== null ? { ...EMPTY, ...kept } : EMPTY;
  } catch {
    return EMPTY;
  }
}

export function keepDraft(draft: TargetDraft | null): void {
  try {
    if (draft === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // Without storage the draft lasts as long as the page.
  }
}
