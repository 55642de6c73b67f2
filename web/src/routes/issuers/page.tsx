// The issuers: those that are configured, with what they sign, and the catalogue of those that can be added.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Landmark } from 'lucide-react';
import { issuersQuery, useCaller } from '@/api/caller';
import { may } from '@/api/can';
import type { Schemas } from '@/api/types';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { issuerSentence, useIssuerKinds } from '@/components/issuer-kinds';
import { StatusText } from '@/components/status-text';
import { Expiry, TimeAgo } from '@/components/times';
import { useIssuerLoad } from '@/components/use-issuer-load';
import { fieldsOf } from '@/lib/json-schema';
import { and, number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Button, ButtonLink } from '@/ui/button';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';
import { Table } from '@/ui/table';

type Issuer = Schemas['Issuer'];

export function IssuersPage() {
  const issuers = useQuery(issuersQuery());
  const { titleOf } = useIssuerKinds();
  const load = useIssuerLoad();
  return (
    <div className="flex max-w-340 flex-col gap-4 p-6 tablet:p-4">
      <PageHeader count={issuers.data ? number(issuers.data.items.length) : undefined} title="Issuers" />
      <Panel flush title="Configured">
        {issuers.isError && !issuers.data ? (
          <ErrorState
            error={issuers.error}
            onRetry={() => void issuers.refetch()}
            stillWorks="Issuing goes on; only this list is affected."
            what="The list of issuers"
          />
        ) : issuers.data === undefined ? (
          <SkeletonRows rows={3} />
        ) : issuers.data.items.length === 0 ? (
          <EmptyState icon={<Landmark size={20} strokeWidth={1.75} />} title="No issuer yet">
            An issuer signs certificates. Choose one below: a local CA is enough to try everything.
          </EmptyState>
        ) : (
          <Table<Issuer>
            columns={[
              {
                key: 'name',
                label: 'Name',
                cell: (it) => (
                  <Link className="rounded-chip font-medium hover:underline" to={`/issuers/${it.id}`}>
                    {it.name}
                  </Link>
                ),
              },
              {
                key: 'kind',
                label: 'Type',
                width: '9rem',
                cell: (it) => <span className="text-ink-2">{titleOf(it.kind)}</span>,
              },
              {
                key: 'status',
                label: 'Last asked to sign',
                width: '11rem',
                cell: (it) => {
                  const status = load.status(it.id);
                  return status ? <StatusText status={status} /> : null;
                },
              },
              {
                key: 'certificates',
                label: 'Certificates',
                width: '8rem',
                cell: (it) => {
                  const held = load.certificates(it.id);
                  return held === undefined ? null : (
                    <TextLink className="nums" search={{ issuer: it.id } as never} to="/certificates">
                      {number(held)}
                    </TextLink>
                  );
                },
              },
              {
                key: 'signed',
                label: load.weeks ? `Signed in ${load.weeks} weeks` : 'Signed',
                width: '10rem',
                cell: (it) => {
                  const signed = load.signed(it.id);
                  return <span className="nums text-ink-2">{signed === undefined ? '' : number(signed)}</span>;
                },
              },
              {
                key: 'ends',
                label: 'Its CA expires',
                width: '9rem',
                cell: (it) =>
                  it.not_after ? (
                    <Expiry at={it.not_after} className="text-ink-2" />
                  ) : (
                    <span className="text-ink-3 italic">not told</span>
                  ),
              },
              {
                key: 'changed',
                label: 'Changed',
                width: '8rem',
                cell: (it) => <TimeAgo at={it.updated_at} className="text-ink-3" />,
              },
            ]}
            keyOf={(it) => it.id}
            label="Configured issuers"
            rows={issuers.data.items}
          />
        )}
      </Panel>
      <Catalogue />
    </div>
  );
}

function Catalogue() {
  const { kinds, error, retry } = useIssuerKinds();
  const reason = may(useCaller(), 'issuers.manage');
  return (
    <section aria-labelledby="catalogue" className="flex flex-col gap-3">
      <h2 className="font-semibold" id="catalogue">
        Add an issuer
      </h2>
      {error && !kinds ? <ErrorState error={error} onRetry={retry} what="The catalogue" /> : null}
      <ul className="grid grid-cols-3 gap-3 tablet:grid-cols-2 narrow:grid-cols-1">
        {kinds?.map((each) => {
          const needed = fieldsOf(each.schema)
            .filter((field) => field.required)
            .map((field) => field.label.toLowerCase());
          return (
            <li
              className="flex flex-col items-start gap-1 rounded-panel border border-line bg-surface p-4"
              key={each.kind}
            >
              <h3 className="text-base font-semibold">{each.title}</h3>
              <p className="text-ink-2">{issuerSentence(each.kind)}</p>
              <p className="text-xs text-ink-3">
                {needed.length > 0 ? `Needs ${and(needed)}.` : 'Needs nothing but a name.'}
              </p>
              <div className="mt-auto pt-3">
                {reason ? (
                  <Button disabledReason={reason}>Configure</Button>
                ) : (
                  <ButtonLink to={`/issuers/new/${each.kind}`}>Configure</ButtonLink>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
