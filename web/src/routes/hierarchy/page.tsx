// certctl's own authorities as a tree: each root with what signs below it, generation by generation, and the bundle that clients
// trust. Not for: authorities outside, whose CAs are their own affair. Invariant: what is retired is out of sight until asked for.
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Download, Network } from 'lucide-react';
import { useState } from 'react';
import { issuersQuery, useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { CaAbout, CaEnd, CaLive, CaState } from '@/components/cas/ca-facts';
import { caActions, menuName } from '@/components/cas/ca-menu';
import { ReplaceCaDialog } from '@/components/cas/replace-dialog';
import { casQuery, useLive } from '@/components/cas/use-cas';
import { EmptyState } from '@/components/empty-state';
import { ErrorState } from '@/components/error-state';
import { IssuerTabs } from '@/components/issuers/issuer-tabs';
import { RowMenu, useRowKeys } from '@/components/row-menu';
import { type Branch, type Ca, caName, treeOf } from '@/lib/ca-words';
import type { Search } from '@/lib/search';
import { count, number } from '@/lib/words';
import { PageHeader } from '@/shell/page-header';
import { Button, ButtonLink } from '@/ui/button';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';
import { say } from '@/ui/toast';

/** The roots that clients have to trust, as one file. */
const BUNDLE = '/pki/trust-bundle.pem';

export function HierarchyPage() {
  useRowKeys();
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const cas = useQuery(casQuery());
  const all = cas.data?.items ?? [];
  const every = search.retired === 'true';
  const retired = all.filter((ca) => ca.state === 'retired').length;
  const shown = every ? all : all.filter((ca) => ca.state !== 'retired');
  const live = useLive(shown);
  const issuers = useQuery(issuersQuery()).data?.items;
  const issuerName = (id: string | null | undefined) => issuers?.find((it) => it.id === id)?.name ?? id ?? '';
  const [replacing, setReplacing] = useState<Ca | null>(null);
  const tree = treeOf(shown);
  return (
    <div className="flex flex-col">
      <PageHeader count={cas.data ? number(shown.length) : undefined} title="Hierarchy" />
      <IssuerTabs active="hierarchy">
        {all.length > 0 ? (
          <a
            className="inline-flex h-7 items-center gap-1.5 rounded-control border border-line-strong bg-surface px-2.5 text-xs font-medium whitespace-nowrap hover:bg-fill"
            download="trust-bundle.pem"
            href={BUNDLE}
          >
            <Download aria-hidden="true" size={14} /> Trust bundle
          </a>
        ) : null}
      </IssuerTabs>
      {cas.isError && !cas.data ? (
        <ErrorState
          error={cas.error}
          onRetry={() => void cas.refetch()}
          stillWorks="Issuing goes on; only this page is affected."
          what="The hierarchy"
        />
      ) : cas.data === undefined ? (
        <SkeletonRows className="h-14" rows={3} />
      ) : all.length === 0 ? (
        <EmptyState
          actions={
            <ButtonLink to="/issuers/new/local_ca" variant="primary">
              Make a local CA
            </ButtonLink>
          }
          icon={<Network size={20} strokeWidth={1.75} />}
          title="No CA of its own yet"
        >
          A local CA is an issuer whose root and issuing CA certctl keeps itself. What clients have to trust, and what
          signs below it, stands here then.
        </EmptyState>
      ) : (
        <div className="flex max-w-340 flex-col gap-4 p-6 tablet:p-4">
          <p className="max-w-160 text-ink-2">
            Clients trust the roots; the issuing CAs below them sign. One that is replaced drains: it signs nothing new,
            and answers for what it signed until all of it has ended.
          </p>
          {tree.map((branch) => (
            <BranchPanel
              branch={branch}
              cas={all}
              issuerName={issuerName}
              key={branch.root?.id ?? 'elsewhere'}
              live={live}
              onReplace={setReplacing}
            />
          ))}
          {retired > 0 ? (
            <Button
              aria-pressed={every}
              className="self-start"
              onClick={() => {
                const { retired: _, ...rest } = search;
                void navigate({ to: '.', search: (every ? rest : { ...rest, retired: 'true' }) as never });
              }}
              size="sm"
              variant="ghost"
            >
              {every ? 'Without those that are retired' : `Show ${count(retired, 'retired CA')}`}
            </Button>
          ) : null}
        </div>
      )}
      {replacing ? (
        <ReplaceCaDialog
          below={all.filter((ca) => ca.parent_id === replacing.id && ca.state === 'active').length}
          ca={replacing}
          issuer={issuerName(replacing.issuer_id)}
          live={live.get(replacing.id)}
          onClose={() => setReplacing(null)}
        />
      ) : null}
    </div>
  );
}

interface BranchProps {
  branch: Branch;
  cas: readonly Ca[];
  issuerName: (id: string | null | undefined) => string;
  live: ReadonlyMap<string, number | null | undefined>;
  onReplace: (ca: Ca) => void;
}

function BranchPanel({ branch: { root, below }, ...rest }: BranchProps) {
  return (
    <Panel
      flush
      note={below.length === 0 ? 'nothing signs below it' : count(below.length, 'issuing CA')}
      title={root ? caName(root) : 'Below a root that is not here'}
    >
      <ul className="divide-y divide-line" data-rows="">
        {root ? <Row ca={root} {...rest} /> : null}
        {below.map((ca) => (
          <Row ca={ca} key={ca.id} {...rest} />
        ))}
      </ul>
    </Panel>
  );
}

function Row({ ca, cas, issuerName, live, onReplace }: Omit<BranchProps, 'branch'> & { ca: Ca }) {
  const navigate = useNavigate();
  const missing = may(useCaller(), 'issuers.manage');
  const isRoot = ca.role === 'root';
  const nameOf = (id: string) => {
    const known = cas.find((each) => each.id === id);
    return known ? caName(known) : id;
  };
  return (
    <li
      className="grid min-h-14 grid-cols-[minmax(0,1fr)_8rem_8rem_7.5rem_2.5rem] items-center gap-x-3 py-2 pe-3 ps-4 hover:bg-fill/60 narrow:grid-cols-[minmax(0,1fr)_auto]"
      data-row=""
    >
      <span className="flex min-w-0 items-center gap-3">
        {isRoot ? null : <span aria-hidden="true" className="ms-2 h-px w-4 shrink-0 bg-line-strong" />}
        <span className="min-w-0">
          <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
            {isRoot ? (
              <span className="font-medium">Root</span>
            ) : (
              <TextLink className="truncate font-medium text-ink" to={`/issuers/${ca.issuer_id ?? ''}`}>
                {issuerName(ca.issuer_id)}
              </TextLink>
            )}
            <span className="nums text-xs whitespace-nowrap text-ink-3">generation {number(ca.generation)}</span>
          </span>
          <CaAbout ca={ca} nameOf={nameOf} />
        </span>
      </span>
      <span className="narrow:col-start-1 narrow:ps-9">
        <CaState ca={ca} />
      </span>
      <span className="narrow:col-start-1 narrow:ps-9">
        <CaEnd ca={ca} />
      </span>
      <span className="narrow:col-start-1 narrow:ps-9">
        <CaLive ca={ca} live={live.get(ca.id)} />
      </span>
      <span className="text-end narrow:col-start-2 narrow:row-start-1">
        <RowMenu
          actions={() =>
            caActions(ca, {
              missing,
              onIssuer: ca.issuer_id ? () => void navigate({ to: `/issuers/${ca.issuer_id}` }) : undefined,
              onReplace: () => onReplace(ca),
              onCopy: (text) =>
                void navigator.clipboard.writeText(text).then(() => say('The certificate is in the clipboard')),
            })
          }
          name={menuName(ca)}
        />
      </span>
    </li>
  );
}
