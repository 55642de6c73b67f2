// What a rule hits now, counted by the server; nothing is stored. Not for: what it has hit (violations.tsx).
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNames } from '@/api/caller';
import { client, taken } from '@/api/client';
import { ErrorState } from '@/components/error-state';
import { Figures } from '@/components/figures';
import { FirstOf, Shares } from '@/components/impact-parts';
import { cx } from '@/lib/cx';
import { type RuleForm, ruleAsks } from '@/lib/rule-form';
import { useSettled } from '@/lib/settled';
import { number } from '@/lib/words';
import { Panel } from '@/ui/panel';

export function RuleImpact({ form, valid }: { form: RuleForm; valid: boolean }) {
  const nameOf = useNames();
  const text = useSettled(valid ? JSON.stringify(ruleAsks(form)) : null);
  const preview = useQuery({
    queryKey: ['/policies/preview', text],
    queryFn: ({ signal }) => taken(client.POST('/policies/preview', { body: JSON.parse(text ?? '{}'), signal })),
    enabled: text !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const data = preview.data;
  return (
    <Panel flush note="on your real certificates; nothing is stored" title="What it hits now">
      {!valid ? (
        <p className="p-4 text-ink-2">Say what is asked, and the certificates that break it show here.</p>
      ) : preview.isError && !preview.isFetching ? (
        <ErrorState error={preview.error} onRetry={() => void preview.refetch()} what="The preview" />
      ) : (
        <div aria-busy={preview.isFetching} className={cx(preview.isPlaceholderData && 'opacity-60')}>
          <div className="p-4">
            <Figures
              items={[
                { label: 'break it', value: data?.violations, tone: 'crit' },
                { label: 'it holds for', value: data?.selected },
                { label: 'certificates in all', value: data?.certificates },
              ]}
            />
            {data?.approximate ? (
              <p className="mt-2 text-xs text-ink-3">
                Counted on the first {number(data.checked)} of them: there may be more.
              </p>
            ) : null}
            {data && data.violations === 0 && data.selected > 0 ? (
              <p className="mt-2 text-ink-2">All that it holds for obey it already.</p>
            ) : null}
            {data && data.selected === 0 ? <p className="mt-2 text-ink-2">It holds for no certificate.</p> : null}
          </div>
          {data && data.by_team.length > 0 && data.violations > 0 ? (
            <Shares
              label="By team"
              of={data.violations}
              parts={data.by_team.map((team) => ({
                key: team.team_id ?? 'none',
                name: team.team_id ? nameOf(team.team_id) : <span className="text-ink-3 italic">no team</span>,
                count: team.violations,
              }))}
            />
          ) : null}
          {data ? (
            <FirstOf
              of={data.violations}
              sample={data.sample}
              says={(each) => each.breaches.map((breach) => breach.detail)}
            />
          ) : null}
        </div>
      )}
    </Panel>
  );
}
