// The one next step of a need: what the server offers this caller, as a button that does it or leads to it.
// Not for: deciding what may be done. Invariant: one certificate is done at once (tier 0); several show their plan first.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client, taken } from '@/api/client';
import type { Need } from '@/api/types';
import { rowsLink } from '@/lib/certificate-grammar';
import { Idle } from '@/lib/idle';
import { Button, ButtonLink } from '@/ui/button';
import { complain, say } from '@/ui/toast';

const planDialog = () => import('@/components/bulk/plan-dialog').then((module) => module.PlanDialog);

const labels: Record<string, string> = {
  renew: 'Renew now',
  deploy: 'Deploy again',
  approve: 'Review',
  upload_csr: 'Bring CSR',
  test_issuer: 'Test issuer',
  look_at_agent: 'Diagnose',
  look_at_alerts: 'Look',
};

export function NeedAction({ need, name }: { need: Need; name: string }) {
  const action = need.actions.find((it) => it.code in labels);
  const [planning, setPlanning] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const only = need.blast.certificates === 1 ? need.sample_id : undefined;
  const act = useMutation({
    mutationFn: async () => {
      if (action?.code === 'renew' && only)
        return taken(
          client.POST('/certificates/{id}/renew', { params: { path: { id: only } }, body: { force: true } }),
        );
      if (action?.code === 'deploy' && only)
        return taken(client.POST('/certificates/{id}/deploy', { params: { path: { id: only } }, body: {} }));
      const id = action?.path.split('/')[2] ?? '';
      return taken(client.POST('/issuers/{id}/test', { params: { path: { id } } }));
    },
    onSuccess: (answer) => {
      void queries.invalidateQueries({ queryKey: ['/needs'] });
      if (action?.code === 'test_issuer') {
        const ok = 'ok' in answer ? answer.ok : true;
        say(ok ? 'The issuer answers' : 'The issuer does not answer');
      } else {
        say(
          `${action?.code === 'deploy' ? 'Deployment' : 'Renewal'} of ${name} started`,
          only ? { action: { label: 'Show', run: () => void navigate({ to: `/certificates/${only}` }) } } : {},
        );
      }
    },
    onError: (error) => complain(`${labels[action?.code ?? ''] ?? 'This'} did not start`, error),
  });

  if (action === undefined) return null;
  const label = action.code === 'renew' && need.code === 'renewal_failing' ? 'Retry' : labels[action.code];
  if (action.method === 'GET') {
    const rows = rowsLink(need.rows);
    return action.code === 'look_at_agent' ? (
      <ButtonLink className="w-full" to={action.path}>
        {label}
      </ButtonLink>
    ) : (
      <ButtonLink className="w-full" {...rows}>
        {label}
      </ButtonLink>
    );
  }
  const bulk = action.path === '/certificates/bulk' && only === undefined;
  return (
    <>
      <Button busy={act.isPending} className="w-full" onClick={() => (bulk ? setPlanning(true) : act.mutate())}>
        {label}
      </Button>
      {bulk && planning ? (
        <Idle
          load={planDialog}
          now
          with={{
            action: (action.code === 'deploy' ? 'deploy' : 'renew') as 'deploy' | 'renew',
            onClose: () => setPlanning(false),
            selection: { filter: need.rows.query as Record<string, string> },
          }}
        />
      ) : null}
    </>
  );
}
