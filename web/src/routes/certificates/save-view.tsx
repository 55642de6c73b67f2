// Keeps the present filters, order and columns as a view: one's own, or a team's.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import { teamsQuery, useCaller } from '@/api/caller';
import { may } from '@/api/can';
import { client, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field, TextField } from '@/ui/field';
import { Select } from '@/ui/select';
import { say } from '@/ui/toast';
import type { ListSearch } from './search';
import { contentOf } from './view-menu';
import { savedView } from './views';

/** Behind those that have a place of their own. */
const LAST = 1000;

interface Props {
  open: boolean;
  list: ListSearch;
  onClose: () => void;
}

export function SaveView({ open, ...rest }: Props) {
  return open ? <Form {...rest} /> : null;
}

function Form({ list, onClose }: Omit<Props, 'open'>) {
  const form = useId();
  const caller = useCaller();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const teams = useQuery(teamsQuery()).data?.items ?? [];
  const [team, setTeam] = useState('');
  const save = useMutation({
    mutationFn: (name: string) =>
      taken(
        client.POST('/views', {
          body: {
            noun: 'certificates',
            name,
            ...contentOf(list),
            team_id: team || null,
            position: LAST,
          },
        }),
      ),
    onSuccess: (view) => {
      void queries.invalidateQueries({ queryKey: ['/views'] });
      void navigate({ to: '/certificates', search: savedView(view).search as never, replace: true });
      say(`View ${view.name} saved`, {
        action: may(caller, 'alerts.manage')
          ? undefined
          : {
              label: 'Alert on it',
              run: () => void navigate({ to: '/alerts/rules/new', search: { view: view.id } as never }),
            },
      });
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(String(new FormData(event.currentTarget).get('name') ?? '').trim());
  };
  const failed = save.isError ? ApiError.of(save.error) : undefined;
  return (
    <Dialog
      description="Filters, order, columns and density are kept under a name; alert rules can begin from it."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button busy={save.isPending} form={form} type="submit" variant="primary">
            Save view
          </Button>
        </>
      }
      onConfirm={() => (document.getElementById(form) as HTMLFormElement | null)?.requestSubmit()}
      onOpenChange={(next) => !next && onClose()}
      open
      title="Save this view"
    >
      <form className="flex flex-col gap-4" id={form} onSubmit={submit}>
        <TextField
          autoComplete="off"
          error={failed?.at('/name') ?? failed?.sentence}
          label="Name"
          maxLength={200}
          name="name"
          required
        />
        <Field help="A team's view is seen by all of the team." label="For">
          {(ids) => (
            <Select
              {...ids}
              onChange={setTeam}
              options={[{ value: '', label: 'Only me' }, ...teams.map((it) => ({ value: it.id, label: it.name }))]}
              value={team}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
