// What can be done with the selection, at the bottom of the list. Each action shows its plan before anything happens.
import { useQuery } from '@tanstack/react-query';
import { Download, FileCog, RefreshCw, Tag, UserRound, X } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { ownersQuery, renewalPoliciesQuery, useCaller } from '@/api/caller';
import { may } from '@/api/can';
import type { Schemas } from '@/api/types';
import { PlanDialog } from '@/components/bulk/plan-dialog';
import { RevokeMany } from '@/components/bulk/revoke-many';
import type { Selecting } from '@/components/data-grid/selection';
import { useKeys } from '@/lib/keyboard';
import { inScope } from '@/lib/scope';
import { number } from '@/lib/words';
import { Button, IconButton } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Kbd } from '@/ui/kbd';
import { Menu, MenuItem } from '@/ui/menu';
import { exportUrl } from './export-url';

interface Planned {
  action: Schemas['BulkAction'];
  params?: Schemas['BulkParams'];
}

interface Props {
  selecting: Selecting;
  total: number;
  query: Readonly<Record<string, string>>;
}

export function BulkBar({ selecting, total, query }: Props) {
  const caller = useCaller();
  const [planned, setPlanned] = useState<Planned>();
  const [tagging, setTagging] = useState(false);
  const [revoking, setRevoking] = useState(false);
  const shown = selecting.size > 0;
  const owners = useQuery({ ...ownersQuery(), enabled: shown }).data?.items ?? [];
  const policies = useQuery({ ...renewalPoliciesQuery(), enabled: shown }).data?.items ?? [];
  const missing = may(caller, 'certificates.bulk');
  const irrevocable = missing ?? may(caller, 'certificates.revoke');
  const { sort: _, ...filter } = inScope('/certificates', query);
  const selection: Schemas['BulkSelection'] =
    selecting.selection.kind === 'all' ? { filter } : { ids: [...selecting.selection.ids] };
  const all = selecting.selection.kind === 'all';

  useKeys(
    shown
      ? [
          {
            keys: 'R',
            label: 'Renew the selection',
            group: 'This list',
            run: () => (missing ? false : setPlanned({ action: 'renew' })),
          },
          {
            keys: 'V',
            label: 'Revoke the selection…',
            group: 'This list',
            run: () => (irrevocable ? false : setRevoking(true)),
          },
        ]
      : [],
  );

  if (!shown) return null;
  return (
    <>
      <div
        className="pop-shadow enter absolute bottom-12 left-1/2 z-20 flex h-12 max-w-[calc(100%-2rem)] -translate-x-1/2 items-center gap-1 overflow-x-auto rounded-dialog bg-raised px-3"
        role="toolbar"
        aria-label="Selection"
      >
        <span aria-live="polite" className="nums ps-1 pe-2 whitespace-nowrap">
          <span className="font-medium">{number(selecting.size)} selected</span>
        </span>
        {all || selecting.size >= total ? null : (
          <button
            className="rounded-control px-2 py-1 text-xs whitespace-nowrap text-accent-ink hover:bg-fill"
            onClick={selecting.all}
            type="button"
          >
            Select all {number(total)} matching
          </button>
        )}
        <span className="mx-2 h-6 w-px shrink-0 bg-line-strong tablet:mx-0.5" />
        <Button
          disabledReason={missing}
          icon={<RefreshCw size={14} />}
          onClick={() => setPlanned({ action: 'renew' })}
          variant="ghost"
        >
          Renew <Kbd className="ms-1 tablet:hidden">R</Kbd>
        </Button>
        <Menu
          className="max-h-80 overflow-y-auto"
          side="top"
          trigger={
            <Button disabledReason={missing} icon={<UserRound size={14} />} variant="ghost">
              Assign owner
            </Button>
          }
        >
          {owners.map((owner) => (
            <MenuItem
              key={owner.id}
              onSelect={() => setPlanned({ action: 'reassign_owner', params: { owner_id: owner.id } })}
            >
              {owner.name}
            </MenuItem>
          ))}
          {owners.length === 0 ? <p className="px-2 py-1.5 text-ink-3">There are no owners yet.</p> : null}
        </Menu>
        <Menu
          className="max-h-80 overflow-y-auto"
          side="top"
          trigger={
            <Button disabledReason={missing} icon={<FileCog size={14} />} variant="ghost">
              Change policy
            </Button>
          }
        >
          {policies.map((policy) => (
            <MenuItem
              key={policy.id}
              onSelect={() => setPlanned({ action: 'change_policy', params: { renewal_policy_id: policy.id } })}
            >
              {policy.name}
            </MenuItem>
          ))}
        </Menu>
        <Button disabledReason={missing} icon={<Tag size={14} />} onClick={() => setTagging(true)} variant="ghost">
          Tag
        </Button>
        {all ? (
          <a
            className="inline-flex h-8 items-center gap-2 rounded-control px-3 font-medium text-ink-2 hover:bg-fill hover:text-ink"
            download
            href={exportUrl(query, 'csv')}
          >
            <Download size={14} /> Export
          </a>
        ) : null}
        <span className="mx-2 h-6 w-px shrink-0 bg-line-strong tablet:mx-0.5" />
        <Button disabledReason={missing} onClick={() => setPlanned({ action: 'archive' })} variant="danger-ghost">
          Archive…
        </Button>
        <Button disabledReason={irrevocable} onClick={() => setRevoking(true)} variant="danger-ghost">
          Revoke… <Kbd className="ms-1 tablet:hidden">V</Kbd>
        </Button>
        <IconButton icon={<X size={16} />} keys="Escape" label="Clear the selection" onClick={selecting.clear} />
      </div>
      {planned ? (
        <PlanDialog
          action={planned.action}
          onClose={() => setPlanned(undefined)}
          onStarted={selecting.clear}
          params={planned.params}
          selection={selection}
        />
      ) : null}
      {revoking ? (
        <RevokeMany onClose={() => setRevoking(false)} onStarted={selecting.clear} selection={selection} />
      ) : null}
      {tagging ? (
        <TagDialog
          count={selecting.size}
          onClose={() => setTagging(false)}
          onTag={(tags) => {
            setTagging(false);
            setPlanned({ action: 'tag_add', params: { tags } });
          }}
        />
      ) : null}
    </>
  );
}

function TagDialog({ count, onTag, onClose }: { count: number; onTag: (tags: string[]) => void; onClose: () => void }) {
  const form = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const tags = String(new FormData(event.currentTarget).get('tags') ?? '')
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean);
    if (tags.length > 0) onTag(tags);
  };
  return (
    <Dialog
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button form={form} type="submit" variant="primary">
            Show the plan
          </Button>
        </>
      }
      onOpenChange={(open) => !open && onClose()}
      open
      title={`Tag ${number(count)} certificates`}
    >
      <form id={form} onSubmit={submit}>
        <TextField help="Several with commas between them." label="Tags" name="tags" required />
      </form>
    </Dialog>
  );
}
