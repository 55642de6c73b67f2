// What can be done with a view: saved with what was changed, taken back, renamed, moved, made the one that the list opens with.
// Not for: showing views (views.tsx). Invariants: only who may change a view is offered to; what is overwritten can be undone.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ArrowLeft, ArrowRight, Bell, Bookmark, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Schemas } from '@/api/types';
import { RemoveDialog } from '@/components/remove-dialog';
import { everything } from '@/lib/certificate-grammar';
import { writeCol } from '@/lib/cols';
import { ifMatch } from '@/lib/draft';
import { setStartView, useStartView } from '@/lib/prefs';
import { moved } from '@/lib/reorder';
import { type Search, stringifySearch } from '@/lib/search';
import { Button, IconButton } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Menu, MenuCheck, MenuItem, MenuSeparator } from '@/ui/menu';
import { complain, say } from '@/ui/toast';
import type { ListSearch } from './search';
import { type SavedView, standingOf, type View } from './views';

type Change = Schemas['UpdateView'];

/** What of a list is kept in a view. */
export function contentOf(list: ListSearch) {
  const { sort, ...filter } = list.query;
  return {
    filter,
    sort: list.search.sort ? (sort ?? null) : null,
    columns: list.search.cols ? list.columns.map(writeCol) : [],
    density: list.density ?? null,
  } satisfies Change;
}

const patch = (it: SavedView, body: Change) =>
  taken(client.PATCH('/views/{id}', { params: { path: { id: it.id }, header: ifMatch(it) }, body }));

function useChanges() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (changes: readonly { it: SavedView; body: Change }[]) => {
      for (const { it, body } of changes) await patch(it, body);
    },
    onError: (error) => complain('The view was not changed', error),
    onSettled: () => queries.invalidateQueries({ queryKey: ['/views'] }),
  });
}

interface Props {
  list: ListSearch;
  views: readonly View[];
  onSaveAs: () => void;
}

export function ViewActions({ list, views, onSaveAs }: Props) {
  const { current, base } = standingOf(views, list.search);
  const navigate = useNavigate();
  const changes = useChanges();
  const go = (search: Search) => void navigate({ to: '/certificates', search: search as never });
  if (current !== undefined) return <ViewMenu view={current} views={views} />;
  const saved = base?.saved;
  const overwrite = (it: SavedView) => {
    const before = { filter: it.filter, sort: it.sort ?? null, columns: it.columns, density: it.density ?? null };
    changes.mutate([{ it, body: contentOf(list) }], {
      onSuccess: () =>
        say(`View ${it.name} saved`, {
          undo: () => changes.mutate([{ it: { ...it, revision: it.revision + 1 }, body: before }]),
        }),
    });
  };
  return (
    <div className="flex shrink-0 items-center gap-1">
      {base ? (
        <Button
          onClick={() => go(base.key === 'all' ? everything() : base.search)}
          size="sm"
          title={`Back to the view ${base.label}`}
          variant="ghost"
        >
          Reset
        </Button>
      ) : null}
      {saved ? (
        <Button
          busy={changes.isPending}
          disabledReason={saved.editable ? null : 'only its team may change it'}
          onClick={() => overwrite(saved)}
          size="sm"
          variant="ghost"
        >
          Save
        </Button>
      ) : null}
      <Button icon={<Bookmark size={14} />} onClick={onSaveAs} size="sm" variant="ghost">
        {saved ? 'Save as…' : 'Save view'}
      </Button>
    </div>
  );
}

function ViewMenu({ view, views }: { view: View; views: readonly View[] }) {
  const [asking, setAsking] = useState<'name' | 'remove' | null>(null);
  const caller = useCaller();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const changes = useChanges();
  const start = useStartView();
  const { saved } = view;
  const all = views.flatMap((other) => other.saved ?? []);
  const place = saved ? all.findIndex((other) => other.id === saved.id) : -1;
  const locked = saved?.editable === false ? 'only its team may change it' : null;
  const isStart =
    view.key === 'all' ? start === null : start !== null && stringifySearch(start) === stringifySearch(view.search);
  const move = (by: number) => {
    const order = moved(all, place, place + by);
    // Places are counted anew, so that those that were all alike get an order.
    changes.mutate(
      order.flatMap((it, position) => (it.position === position || !it.editable ? [] : [{ it, body: { position } }])),
    );
  };
  return (
    <>
      <Menu align="end" trigger={<IconButton icon={<Ellipsis size={16} />} label={`View ${view.label}`} />}>
        <MenuCheck checked={isStart} onChange={(on) => setStartView(on && view.key !== 'all' ? view.search : null)}>
          Open certificates with this view
        </MenuCheck>
        <MenuItem
          disabledReason={saved ? may(caller, 'alerts.manage') : 'save it under a name of its own first'}
          icon={<Bell size={14} />}
          onSelect={() => void navigate({ to: '/alerts/rules/new', search: { view: view.key } as never })}
        >
          Alert on this view
        </MenuItem>
        {saved ? (
          <>
            <MenuSeparator />
            <MenuItem disabledReason={locked} icon={<Pencil size={14} />} onSelect={() => setAsking('name')}>
              Rename…
            </MenuItem>
            <MenuItem
              disabledReason={locked ?? (place <= 0 ? 'it is the first' : null)}
              icon={<ArrowLeft size={14} />}
              onSelect={() => move(-1)}
            >
              Move left
            </MenuItem>
            <MenuItem
              disabledReason={locked ?? (place === all.length - 1 ? 'it is the last' : null)}
              icon={<ArrowRight size={14} />}
              onSelect={() => move(1)}
            >
              Move right
            </MenuItem>
            <MenuSeparator />
            <MenuItem danger disabledReason={locked} icon={<Trash2 size={14} />} onSelect={() => setAsking('remove')}>
              Remove…
            </MenuItem>
          </>
        ) : null}
      </Menu>
      {asking === 'name' && saved ? <Rename it={saved} onClose={() => setAsking(null)} /> : null}
      {asking === 'remove' && saved ? (
        <RemoveDialog
          name={saved.name}
          noun="view"
          onClose={() => setAsking(null)}
          onDone={() => {
            if (isStart) setStartView(null);
            setAsking(null);
            say(`View ${saved.name} removed`);
            void navigate({ to: '/certificates', search: everything() as never });
            void queries.invalidateQueries({ queryKey: ['/views'] });
          }}
          remove={() => taken(client.DELETE('/views/{id}', { params: { path: { id: saved.id } } }))}
        >
          {saved.team_id
            ? 'It goes for all of its team. Certificates stay as they are, and so do alert rules that began from it.'
            : 'Certificates stay as they are, and so do alert rules that began from it.'}
        </RemoveDialog>
      ) : null}
    </>
  );
}

function Rename({ it, onClose }: { it: SavedView; onClose: () => void }) {
  const form = useId();
  const queries = useQueryClient();
  const rename = useMutation({
    mutationFn: (name: string) => patch(it, { name }),
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries({ queryKey: ['/views'] }),
  });
  const failed = rename.isError ? ApiError.of(rename.error) : undefined;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    rename.mutate(String(new FormData(event.currentTarget).get('name') ?? '').trim());
  };
  return (
    <Dialog
      footer={
        <>
          <Button onClick={onClose}>Keep the name</Button>
          <Button busy={rename.isPending} form={form} type="submit" variant="primary">
            Rename view
          </Button>
        </>
      }
      onConfirm={() => (document.getElementById(form) as HTMLFormElement | null)?.requestSubmit()}
      onOpenChange={(next) => !next && onClose()}
      open
      title={`Rename the view ${it.name}`}
    >
      <form id={form} onSubmit={submit}>
        <TextField
          autoComplete="off"
          defaultValue={it.name}
          error={failed?.at('/name') ?? failed?.sentence}
          label="Name"
          maxLength={200}
          name="name"
          required
        />
      </form>
    </Dialog>
  );
}
