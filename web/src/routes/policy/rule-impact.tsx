// What a rule hits now, counted by the server; nothing is stored. Not for: what it has hit (violations.tsx).
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNames } from '@/api/caller';
import { client, taken } from '@/api/client';
import { ErrorState } from '@/components/error-state';
import { Figures } from '@/components/figures';
import { cx } from '@/lib/cx';
import { type RuleForm, ruleAsks } from '@/lib/rule-form';
import { useSettled } from '@/lib/settled';
import { count, number } from '@/lib/words';
import { TextLink } from '@/ui/link';
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
            <ul aria-label="By team" className="flex flex-col gap-1.5 border-t border-line p-4">
              {data.by_team.map((team) => (
                <li className="flex items-center gap-3" key={team.team_id ?? 'none'}>
                  <span className={cx('w-32 truncate', !team.team_id && 'text-ink-3 italic')}>
                    {team.team_id ? nameOf(team.team_id) : 'no team'}
                  </span>
                  <span aria-hidden="true" className="h-1.5 flex-1 rounded-chip bg-fill">
                    <span
                      className="block h-full rounded-chip bg-crit-fill"
                      style={{ width: `${(team.violations / data.violations) * 100}%` }}
                    />
                  </span>
                  <span className="nums w-12 text-end">{number(team.violations)}</span>
                </li>
              ))}
            </ul>
          ) : null}
          {data && data.sample.length > 0 ? (
            <div className="border-t border-line">
              <h3 className="px-4 pt-3 text-xs text-ink-3">
                {data.violations > data.sample.length
                  ? `The first ${data.sample.length} of ${number(data.violations)}`
                  : count(data.violations, 'certificate')}
              </h3>
              <ul className="max-h-120 overflow-y-auto py-1">
                {data.sample.map((each) => (
                  <li className="px-4 py-1.5" key={each.certificate_id}>
                    <TextLink className="text-ink" to={`/certificates/${each.certificate_id}`}>
                      {each.name}
                    </TextLink>
                    {each.breaches.map((breach) => (
                      <p className="text-xs text-ink-3" key={`${breach.field} ${breach.detail}`}>
                        {breach.detail}
                      </p>
                    ))}
                  </li>
                ))}
              </ul>
            </div>
          ) : null}
        </div>
      )}
    </Panel>
  );
}
