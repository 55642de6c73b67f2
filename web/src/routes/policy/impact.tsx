// What a change of a renewal policy would lead to, counted by the server on the real certificates; nothing is stored.
// Not for: saving. Invariant: old counts stay, faded, while new ones are fetched.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client, q, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { ErrorState } from '@/components/error-state';
import { Figures } from '@/components/figures';
import { StatusGlyph } from '@/components/status-glyph';
import { cx } from '@/lib/cx';
import { type PolicyForm, policyDecides } from '@/lib/renewal-policy-form';
import { useSettled } from '@/lib/settled';
import { dayAndTime, instant } from '@/lib/time';
import { conditions, type StatusWord } from '@/lib/tokens';
import { number, plural } from '@/lib/words';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';

type Status = Schemas['CertificateStatus'];

const statuses: Record<Status, StatusWord> = {
  Failed: { ...conditions.failing, label: 'Failed' },
  Expired: conditions.expired,
  Expiring: { ...conditions.due, label: 'Expiring' },
  RenewalInProgress: conditions.renewing,
  Pending: conditions.pending,
  Active: { ...conditions.healthy, label: 'Active' },
  Revoked: conditions.revoked,
  Archived: conditions.archived,
};
const fills = {
  ok: 'bg-ok-fill',
  warn: 'bg-warn-fill',
  crit: 'bg-crit-fill',
  info: 'bg-info-fill',
  neutral: 'bg-ink-3',
};

/** How many have which status before and after, the most pressing first. */
export function beforeAfter(
  now: ReadonlyMap<Status, number>,
  changes: readonly Schemas['StatusChange'][],
): { status: Status; before: number; after: number }[] {
  return (Object.keys(statuses) as Status[])
    .map((status) => {
      const before = now.get(status) ?? 0;
      const gone = changes.filter((each) => each.from === status).reduce((sum, each) => sum + each.certificates, 0);
      const come = changes.filter((each) => each.to === status).reduce((sum, each) => sum + each.certificates, 0);
      return { status, before, after: Math.max(0, before - gone + come) };
    })
    .filter(({ before, after }) => before > 0 || after > 0);
}

export function Impact(props: {
  it: Schemas['RenewalPolicy'] | null;
  form: PolicyForm;
  dirty: boolean;
  valid: boolean;
}) {
  const { it, dirty, valid } = props;
  const text = useSettled(valid ? JSON.stringify(policyDecides(props.form)) : null);
  const preview = useQuery({
    queryKey: ['/renewal-policies/preview', it?.id, text],
    queryFn: ({ signal }) =>
      taken(
        client.POST('/renewal-policies/preview', {
          body: { policy_id: it?.id ?? '', ...JSON.parse(text ?? '{}') },
          signal,
        }),
      ),
    enabled: it !== null && text !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const facets = useQuery({
    ...q('/certificates/facets', { query: { policy_id: it?.id ?? '', archived: false } }),
    enabled: it !== null,
  });
  if (it === null)
    return (
      <Panel title="Impact">
        <p className="text-ink-2">
          No certificate follows it yet, so it changes nothing. Once it is made, certificates can be moved to it: one by
          one, or many from the list.
        </p>
      </Panel>
    );
  const data = preview.data;
  const now = new Map(
    facets.data?.facets
      .find((each) => each.facet === 'status')
      ?.values.map((each) => [each.value as Status, each.count]),
  );
  const strip = beforeAfter(now, data?.statuses ?? []);
  return (
    <Panel flush note={dirty ? 'if this were saved now' : 'as it is'} title="Impact">
      {preview.isError ? (
        <ErrorState error={preview.error} onRetry={() => void preview.refetch()} what="The preview" />
      ) : (
        <div aria-busy={preview.isFetching}>
          <div className="p-4">
            <Figures
              faded={preview.isPlaceholderData}
              items={[
                {
                  label: 'certificates follow it',
                  value: data?.certificates,
                  link: (words) => (
                    <TextLink className="text-ink" search={{ policy: it.id } as never} to="/certificates">
                      {words}
                    </TextLink>
                  ),
                },
                ...(dirty
                  ? ([
                      { label: 'renewed at another time', value: data?.moved },
                      { label: 'due at once', value: data?.due_now, tone: 'warn' },
                      { label: 'alerts at once', value: data?.alerts_now, tone: 'warn' },
                    ] as const)
                  : []),
              ]}
            />
            {data?.approximate ? (
              <p className="mt-2 text-xs text-ink-3">Counted on {number(data.checked)} of them; more would follow.</p>
            ) : null}
            {data?.certificates === 0 ? (
              <p className="mt-2 text-ink-2">Nobody uses this policy. It can be removed.</p>
            ) : null}
          </div>
          {strip.length > 0 ? (
            <div className="border-t border-line p-4">
              <Bar label={dirty ? 'Now' : 'Status'} part="before" strip={strip} />
              {dirty ? <Bar label="Then" part="after" strip={strip} /> : null}
              <ul className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
                {strip.map(({ status, before, after }) => (
                  <li className="flex items-center gap-1.5" key={status}>
                    <StatusGlyph glyph={statuses[status].glyph} size={12} tone={statuses[status].tone} />
                    {statuses[status].label}{' '}
                    <span className="nums">
                      {number(before)}
                      {dirty && after !== before ? ` → ${number(after)}` : ''}
                    </span>
                  </li>
                ))}
              </ul>
            </div>
          ) : null}
          {dirty && data && data.sample.length > 0 ? (
            <div className="border-t border-line">
              <h3 className="px-4 pt-3 text-xs text-ink-3">
                {data.moved > data.sample.length
                  ? `The first ${data.sample.length} of ${number(data.moved)} that move`
                  : plural(data.moved, { one: '# certificate moves', other: '# certificates move' })}
              </h3>
              <ul className={cx('py-1', preview.isPlaceholderData && 'opacity-60')}>
                {data.sample.map((each) => (
                  <li className="flex items-baseline gap-3 px-4 py-1.5" key={each.certificate_id}>
                    <TextLink className="min-w-0 flex-1 truncate text-ink" to={`/certificates/${each.certificate_id}`}>
                      {each.name}
                    </TextLink>
                    <span className="nums text-xs whitespace-nowrap text-ink-2">
                      {moment(each.renew_after)} → {moment(each.would_renew_after)}
                    </span>
                  </li>
                ))}
              </ul>
            </div>
          ) : null}
          {dirty && data && data.certificates > 0 && data.moved === 0 && data.alerts_now === 0 && data.due_now === 0 ? (
            <p className="border-t border-line px-4 py-3 text-ink-2">
              No certificate would be renewed at another time.
            </p>
          ) : null}
        </div>
      )}
    </Panel>
  );
}

function moment(text: string | null | undefined): string {
  const at = instant(text);
  return at === null ? 'not by itself' : dayAndTime(at).replace(/ [A-Z]{2,5}[+-]?\d*$/, '');
}

function Bar({
  label,
  part,
  strip,
}: {
  label: string;
  part: 'before' | 'after';
  strip: ReturnType<typeof beforeAfter>;
}) {
  const words = strip
    .filter((each) => each[part] > 0)
    .map((each) => `${number(each[part])} ${statuses[each.status].label.toLowerCase()}`)
    .join(', ');
  return (
    <div className="mb-1.5 flex items-center gap-3">
      <span className="w-10 text-xs text-ink-3">{label}</span>
      <span
        aria-label={`${label}: ${words}`}
        className="flex h-2.5 flex-1 gap-px overflow-hidden rounded-chip"
        role="img"
      >
        {strip.map((each) =>
          each[part] > 0 ? (
            <span className={fills[statuses[each.status].tone]} key={each.status} style={{ flexGrow: each[part] }} />
          ) : null,
        )}
      </span>
    </div>
  );
}
