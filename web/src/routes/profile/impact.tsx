// What a change of a profile would lead to, counted by the server on the real certificates; nothing is stored.
// Not for: saving. Invariant: old counts stay, faded, while new ones are fetched.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import { Figures } from '@/components/figures';
import { FirstOf, Shares } from '@/components/impact-parts';
import { cx } from '@/lib/cx';
import { limitWords } from '@/lib/limit-words';
import { type ProfileForm, profileBody } from '@/lib/profile-form';
import { useSettled } from '@/lib/settled';
import { number } from '@/lib/words';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';

type Preview = Schemas['ProfilePreview'];

interface Props {
  it: Schemas['Profile'];
  form: ProfileForm;
  dirty: boolean;
  valid: boolean;
}

export function Impact({ it, form, dirty, valid }: Props) {
  // Another name changes nothing, so it asks nothing.
  const { name: _, ...limits } = profileBody(form);
  const text = useSettled(valid ? JSON.stringify(limits) : null);
  const preview = useQuery({
    queryKey: ['/profiles/{id}/preview', it.id, it.revision, text],
    queryFn: ({ signal }) =>
      taken(
        client.POST('/profiles/{id}/preview', {
          params: { path: { id: it.id } },
          body: JSON.parse(text ?? '{}') as Schemas['UpdateProfile'],
          signal,
        }),
      ),
    enabled: text !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const data = preview.data;
  return (
    <Panel flush note={dirty ? 'if this were saved now' : 'as it is'} title="Impact">
      {text === null ? (
        <p className="p-4 text-ink-2">Once the form is in order, what it would lead to shows here.</p>
      ) : preview.isError && !preview.isFetching ? (
        <ErrorState error={preview.error} onRetry={() => void preview.refetch()} what="The preview" />
      ) : (
        <div aria-busy={preview.isFetching}>
          <div className="p-4">
            <Figures
              faded={preview.isPlaceholderData}
              items={[
                {
                  label: 'certificates under it',
                  value: data?.certificates,
                  link: (words) => (
                    <TextLink className="text-ink" search={{ profile: it.id } as never} to="/certificates">
                      {words}
                    </TextLink>
                  ),
                },
                ...(dirty
                  ? ([
                      { label: 'no longer renewed', value: data?.would_refuse, tone: 'crit' },
                      ...(data && data.would_allow > 0 ? [{ label: 'renewed again', value: data.would_allow }] : []),
                      ...(data && data.would_need_approval > 0
                        ? ([{ label: 'would need approval', value: data.would_need_approval, tone: 'warn' }] as const)
                        : []),
                    ] as const)
                  : []),
                ...(data && data.refused_now > 0
                  ? ([{ label: 'do not fit it now', value: data.refused_now, tone: 'warn' }] as const)
                  : []),
              ]}
            />
            {data?.approximate ? (
              <p className="mt-2 text-xs text-ink-3">Counted on {number(data.checked)} of them; more would follow.</p>
            ) : null}
            {data ? <Verdict data={data} dirty={dirty} /> : null}
          </div>
          {dirty && data && data.limits.length > 0 ? <Limits data={data} faded={preview.isPlaceholderData} /> : null}
        </div>
      )}
    </Panel>
  );
}

/** What the numbers come to. */
function Verdict({ data, dirty }: { data: Preview; dirty: boolean }) {
  const words =
    data.certificates === 0
      ? 'No certificate is under it yet, so it changes nothing.'
      : !dirty
        ? data.refused_now === 0
          ? 'All of them fit it.'
          : 'Those that do not fit it fail at their next renewal.'
        : data.would_refuse > 0
          ? 'What is issued stays; their next renewals would fail.'
          : 'All that are renewed now would still be.';
  return <p className="mt-2 text-ink-2">{words}</p>;
}

function Limits({ data, faded }: { data: Preview; faded: boolean }) {
  const parts = data.limits.map(({ field, certificates }) => ({
    key: field,
    name: limitWords(field),
    count: certificates,
  }));
  return (
    <div className={cx(faded && 'opacity-60')}>
      <Shares label="By limit" of={data.would_refuse} parts={parts} />
      <FirstOf of={data.would_refuse} sample={data.sample} says={(each) => [each.detail]} />
    </div>
  );
}
