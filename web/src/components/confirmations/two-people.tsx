// Whether the rule of two people is on, what a dialog says under it, and what is said when a second person was asked.
// Not for: deciding (routes/approvals). Invariant: what waits is never said to be done.
import { useQuery } from '@tanstack/react-query';
import { q } from '@/api/client';
import { StatusGlyph } from '@/components/status-glyph';
import type { Confirmation } from '@/lib/confirmations';
import { say } from '@/ui/toast';

export const accessRulesQuery = () => q('/access-rules');

export function useTwoPeople(): boolean {
  return useQuery(accessRulesQuery()).data?.two_people ?? false;
}

/** What happens after "Ask for confirmation". */
export function TwoPeopleNote({ what }: { what: string }) {
  return (
    <p className="flex items-start gap-2.5 rounded-control bg-fill px-3 py-2 text-sm text-ink-2">
      <StatusGlyph className="mt-0.5" glyph="waiting" tone="neutral" />
      <span>
        Another admin has to confirm this, within 24 hours. Until then {what}. It is then done in your name, if nothing
        about it has changed.
      </span>
    </p>
  );
}

export const ASK = 'Ask for confirmation';

export function sayAsked(it: Confirmation, open?: (path: string) => void): void {
  say(`Asked for confirmation: ${it.summary}`, {
    description: 'Nothing is done yet. Another admin finds it under Approvals.',
    action: open ? { label: 'Open', run: () => open(`/approvals/${it.id}`) } : undefined,
  });
}
