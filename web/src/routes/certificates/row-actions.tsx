// What can be done with one certificate of the list, as on its page. Not for: the selection (bulk-bar.tsx).
import { Archive, Download, FileCog, PanelRight, Pencil, RefreshCw, Rocket, UserRound } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useCaller } from '@/api/caller';
import { certificate as can } from '@/api/can';
import type { Certificate } from '@/api/types';
import { chainForms, chainUrl } from '@/components/certificate/chain';
import { useRenew } from '@/components/certificate/use-renew';
import { opening, type RowAction } from '@/components/row-menu';

const PolicyDialog = lazy(async () => ({ default: (await import('@/components/certificate/dialogs')).PolicyDialog }));
const OwnerDialog = lazy(async () => ({ default: (await import('@/components/certificate/dialogs')).OwnerDialog }));
const DetailsDialog = lazy(async () => ({ default: (await import('@/components/certificate/dialogs')).DetailsDialog }));
const ArchiveDialog = lazy(async () => ({ default: (await import('@/components/certificate/dialogs')).ArchiveDialog }));
const PlanDialog = lazy(async () => ({ default: (await import('@/components/bulk/plan-dialog')).PlanDialog }));

type Ask = 'deploy' | 'policy' | 'owner' | 'details' | 'archive';

export function useRowActions(open: (row: Certificate, newTab?: boolean) => void, peek: (row: Certificate) => void) {
  const caller = useCaller();
  const renew = useRenew();
  const [asked, setAsked] = useState<{ it: Certificate; ask: Ask } | null>(null);
  const actionsOf = (it: Certificate): readonly RowAction[] => {
    const ask = (next: Ask) => () => setAsked({ it, ask: next });
    const update = can.update(caller, it);
    const issued = it.holders.some((holder) => holder.current_version_id);
    return [
      ...opening(open, it, true),
      { label: 'Peek', icon: <PanelRight size={14} />, keys: 'Space', printed: true, run: () => peek(it) },
      {
        label: it.condition === 'failing' ? 'Retry' : 'Renew now',
        begins: true,
        icon: <RefreshCw size={14} />,
        keys: 'R',
        disabledReason: can.renew(caller, it),
        run: () => renew.mutate(it),
      },
      {
        label: 'Deploy again…',
        icon: <Rocket size={14} />,
        disabledReason: can.deploy(caller, it),
        run: ask('deploy'),
      },
      { label: 'Assign owner…', icon: <UserRound size={14} />, disabledReason: update, run: ask('owner') },
      { label: 'Change policy…', icon: <FileCog size={14} />, disabledReason: update, run: ask('policy') },
      { label: 'Edit details…', icon: <Pencil size={14} />, disabledReason: update, run: ask('details') },
      ...chainForms.map(({ form, label }) => ({
        label,
        group: 'Download',
        icon: <Download size={14} />,
        disabledReason: issued ? null : 'nothing was issued yet',
        run: () => globalThis.location.assign(chainUrl(it.id, form)),
      })),
      {
        label: 'Archive…',
        danger: true,
        icon: <Archive size={14} />,
        disabledReason: can.archive(caller, it),
        run: ask('archive'),
      },
    ];
  };
  const close = () => setAsked(null);
  const shared = asked ? { it: asked.it, onClose: close } : null;
  const dialog = shared ? (
    <Suspense fallback={null}>
      {asked?.ask === 'policy' ? <PolicyDialog {...shared} /> : null}
      {asked?.ask === 'owner' ? <OwnerDialog {...shared} /> : null}
      {asked?.ask === 'details' ? <DetailsDialog {...shared} /> : null}
      {asked?.ask === 'archive' ? <ArchiveDialog {...shared} /> : null}
      {asked?.ask === 'deploy' ? (
        <PlanDialog action="deploy" onClose={close} selection={{ ids: [shared.it.id] }} />
      ) : null}
    </Suspense>
  ) : null;
  return { actionsOf, dialog };
}
