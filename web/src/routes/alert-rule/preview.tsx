// What an alert rule finds on the real data now, what would be said, and on which of the last 30 days it would have fired.
// Not for: saving. Invariants: nothing is sent; what was not recorded is said to be unknown, never shown as none.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import { DayStrip } from '@/components/charts/day-strip';
import { Figures } from '@/components/figures';
import { StatusGlyph } from '@/components/status-glyph';
import { Timestamp } from '@/components/times';
import { type AlertRuleForm, alertRuleAsks } from '@/lib/alert-rule-form';
import { severities, subjects } from '@/lib/alert-words';
import { certificateGrammar } from '@/lib/certificate-grammar';
import { useNow } from '@/lib/clock';
import { cx } from '@/lib/cx';
import { toSearch } from '@/lib/list-grammar';
import { useSettled } from '@/lib/settled';
import { ago, instant, left, readTimes } from '@/lib/time';
import { count, number, shortPrints } from '@/lib/words';
import { Banner } from '@/ui/banner';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';

export function Preview({ form }: { form: AlertRuleForm }) {
  const asks = alertRuleAsks(form);
  const text = useSettled(asks.conditions.length > 0 ? JSON.stringify(asks) : null, 400);
  const now = useNow(60_000);
  const preview = useQuery({
    queryKey: ['/alert-rules/preview', text],
    queryFn: ({ signal }) => taken(client.POST('/alert-rules/preview', { body: JSON.parse(text ?? '{}'), signal })),
    enabled: text !== null,
    placeholderData: keepPreviousData,
    retry: false,
    refetchInterval: 30_000,
  });
  const data = text === null || preview.isError ? undefined : preview.data;
  const faded = cx('transition-opacity', preview.isPlaceholderData && 'opacity-60');
  const noun = subjects[form.subject];
  const one = asks.conditions.length === 1 ? asks.conditions[0] : undefined;
  const rows =
    one === undefined
      ? undefined
      : form.subject === 'certificates'
        ? toSearch(certificateGrammar, one)
        : (one as Record<string, string>);
  const failed = preview.isError && !preview.isFetching ? ApiError.of(preview.error) : null;
  if (text === null)
    return (
      <Panel note="on your real data, nothing is sent" title="Preview">
        <p className="text-ink-2">Choose what the rule looks for, and what matches shows here.</p>
      </Panel>
    );
  return (
    <div aria-busy={preview.isFetching} className="flex min-w-0 flex-col gap-4">
      <Panel note="on your real data, nothing is sent" title="Preview">
        {failed ? (
          <div role="alert">
            <p className="font-medium text-crit">This cannot be asked</p>
            <ul className="mt-1 list-disc ps-4 text-ink-2">
              {(failed.problem?.errors ?? [{ pointer: '', detail: failed.sentence }]).map((each) => (
                <li key={each.pointer + each.detail}>{each.detail}</li>
              ))}
            </ul>
          </div>
        ) : (
          <div className={cx('flex flex-col gap-4', faded)}>
            <Figures
              items={[
                {
                  label: 'match right now',
                  value: data?.matches,
                  link: rows
                    ? (words) => (
                        <TextLink className="text-ink" search={rows as never} to={noun.page}>
                          {words}
                        </TextLink>
                      )
                    : undefined,
                },
                {
                  label: 'began in 30 days',
                  value: data?.past.total ?? undefined,
                  instead:
                    data && (data.past.total === null || data.past.total === undefined) ? 'not recorded' : undefined,
                },
                { label: `${data?.groups === 1 ? 'message' : 'messages'} at once`, value: data?.groups },
              ]}
            />
            {data?.warnings.map((warning) => (
              <Banner
                className="rounded-control"
                icon={<StatusGlyph glyph="warning" tone="warn" />}
                key={warning}
                tone="warn"
              >
                Noisy: {warning}
              </Banner>
            ))}
            {data ? (
              <div>
                <DayStrip
                  days={data.past.days}
                  label={`The last 30 days: ${data.past.total === null || data.past.total === undefined ? 'not recorded' : count(data.past.total, 'time')}`}
                  noun="began to match"
                />
                {data.past.conditions.some((each) => !each.known) ? (
                  <ul className="mt-2 text-xs text-ink-3">
                    {data.past.conditions.map((each, place) => (
                      <li key={place.toString()}>
                        {data.past.conditions.length > 1 ? `Condition ${place + 1}: ` : ''}
                        {each.because}
                      </li>
                    ))}
                  </ul>
                ) : (
                  <p className="mt-2 text-xs text-ink-3">
                    Counted: {[...new Set(data.past.conditions.map((each) => each.because))].join('; ')}.
                  </p>
                )}
              </div>
            ) : null}
          </div>
        )}
      </Panel>
      {data ? (
        <Panel
          flush
          note={
            data.matches > data.items.length ? `the first ${data.items.length} of ${number(data.matches)}` : undefined
          }
          title="Match now"
        >
          {data.items.length === 0 ? (
            <p className="px-4 py-4 text-ink-3">No {noun.one} matches. The rule would be quiet.</p>
          ) : (
            <ul className={cx('max-h-72 divide-y divide-line overflow-y-auto', faded)}>
              {data.items.map((each) => {
                const at = instant(each.moment);
                return (
                  <li className="flex min-h-9 items-center gap-3 px-4 py-1" key={each.id}>
                    <StatusGlyph glyph={severities[form.severity].glyph} tone={severities[form.severity].tone} />
                    <TextLink className="min-w-0 flex-1 truncate text-ink" to={`${noun.page}/${each.id}`}>
                      {each.name}
                    </TextLink>
                    <span className="nums text-xs text-ink-2">
                      {at === null ? '' : form.subject === 'jobs' || at < now ? ago(at, now) : left(at, now)}
                    </span>
                  </li>
                );
              })}
            </ul>
          )}
        </Panel>
      ) : failed ? null : (
        <SkeletonRows rows={3} />
      )}
      {data && data.messages.length > 0 ? (
        <Panel
          note={
            data.held_until ? (
              <>
                held until <Timestamp at={data.held_until} />
              </>
            ) : data.groups > 1 ? (
              `${number(Math.min(2, data.messages.length))} of ${number(data.groups)}`
            ) : undefined
          }
          title="Message"
        >
          <ul className={cx('flex flex-col gap-2', faded)}>
            {data.messages.slice(0, 2).map((message) => (
              <li
                className="flex gap-3 rounded-control border border-line bg-sunken px-3.5 py-3"
                key={message.group_key}
              >
                <StatusGlyph
                  className="mt-0.5"
                  glyph={severities[message.severity].glyph}
                  tone={severities[message.severity].tone}
                />
                <div className="min-w-0">
                  <p className="font-semibold break-words">{message.title}</p>
                  <p className="break-words text-ink-2">{readTimes(shortPrints(message.cause))}</p>
                  {message.members > 1 ? (
                    <p className="text-xs text-ink-3">covers {count(message.members, noun.one)}</p>
                  ) : null}
                </div>
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
    </div>
  );
}
