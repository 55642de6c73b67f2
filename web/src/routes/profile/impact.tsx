// What a change of a profile would lead to, counted by the server on the real certificates; nothing is stored.
// Not for: saving. Invariant: old counts stay, faded, while new ones are fetched.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import { Figures } from '@/components/figures';
import { cx } from '@/lib/cx';
import { limitWords } from '@/lib/limit-words';
import { type ProfileForm, profileBody } from '@/lib/profile-form';
import { useSettled } from '@/lib/settled';
import { count, number } from '@/lib/words';
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
  return (
    <div className={cx('border-t border-line', faded && 'opacity-60')}>
      <ul aria-label="By limit" className="flex flex-col gap-1.5 p-4">
        {data.limits.map((limit) => (
          <li className="flex items-center gap-3" key={limit.field}>
            <span className="w-32 truncate">{limitWords(limit.field)}</span>
            <span aria-hidden="true" className="h-1.5 flex-1 rounded-chip bg-fill">
              <span
                className="block h-full rounded-chip bg-crit-fill"
                style={{ width: `${(limit.certificates / Math.max(1, data.would_refuse)) * 100}%` }}
              />
            </span>
            <span className="nums w-12 text-end">{number(limit.certificates)}</span>
          </li>
        ))}
      </ul>
      {data.sample.length > 0 ? (
        <>
          <h3 className="px-4 pt-1 text-xs text-ink-3">
            {data.would_refuse > data.sample.length
              ? `The first ${data.sample.length} of ${number(data.would_refuse)}`
              : count(data.would_refuse, 'certificate')}
          </h3>
          <ul className="max-h-120 overflow-y-auto py-1">
            {data.sample.map((each) => (
              <li className="px-4 py-1.5" key={each.certificate_id}>
                <TextLink className="text-ink" to={`/certificates/${each.certificate_id}`}>
                  {each.name}
                </TextLink>
                <p className="text-xs text-ink-3">{each.detail}</p>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </div>
  );
}
