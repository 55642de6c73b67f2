// An empty installation: the way to the first certificate, with a tick for each step that is done. Nothing else is shown.
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { issuersQuery } from '@/api/caller';
import { q } from '@/api/client';
import { StatusGlyph } from '@/components/status-glyph';
import { Expiry } from '@/components/times';
import { Banner } from '@/ui/banner';
import { ButtonLink } from '@/ui/button';

interface Step {
  done: boolean;
  title: string;
  text: ReactNode;
  to?: string;
  action: string;
}

/** There are certificates, and nobody who could deploy them: what of the way is left. */
export function SetupRest() {
  const fleet = useQuery(q('/stats/fleet')).data;
  const targets = useQuery({
    ...q('/targets', { query: { limit: 1, total: true } }),
    enabled: fleet?.agents === 0,
  }).data?.total;
  if (fleet?.agents !== 0) return null;
  return (
    <div className="overflow-hidden rounded-panel border border-line">
      <Banner
        actions={
          <ButtonLink size="sm" to="/agents/enrol">
            Enrol an agent
          </ButtonLink>
        }
        tone="info"
      >
        <span className="font-medium">
          {targets === 0 ? 'Two steps are left: an agent and a target.' : 'An agent is left.'}
        </span>{' '}
        <span className="text-ink-2">Until one has joined, certificates are issued but put nowhere.</span>
      </Banner>
    </div>
  );
}

export function SetupPath() {
  const router = useRouter();
  const issuer = useQuery(issuersQuery()).data?.items[0];
  const agents =
    useQuery({ ...q('/agents', { query: { limit: 1, total: true } }), refetchInterval: 3_000 }).data?.total ?? 0;
  const targets = useQuery(q('/targets', { query: { limit: 1, total: true } })).data?.total ?? 0;
  const steps: Step[] = [
    {
      done: issuer !== undefined,
      title: 'Issuer',
      text: issuer
        ? `${issuer.name} signs certificates. A real one can be added at any time.`
        : 'Who signs your certificates: the built-in CA for a trial, or a real one.',
      to: '/issuers',
      action: 'Set up an issuer',
    },
    {
      done: agents > 0,
      title: 'Agent',
      text:
        agents > 0
          ? 'An agent has joined. It makes keys on its host, and they stay there.'
          : 'A small program on the host that serves TLS. It makes the keys, and they never leave it.',
      to: '/agents/enrol',
      action: 'Enrol an agent',
    },
    {
      done: targets > 0,
      title: 'Target',
      text:
        targets > 0
          ? 'There is a place to put a certificate.'
          : 'Where certificates are served: nginx, or plain files.',
      to: '/targets/new',
      action: 'Add a target',
    },
    {
      done: false,
      title: 'First certificate',
      text: 'Request it, and watch each step until a TLS handshake has seen it live.',
      to: '/certificates/new',
      action: 'Request certificate',
    },
  ];
  const next = steps.findIndex((step) => !step.done);
  return (
    <div className="mx-auto w-full max-w-160 p-8">
      <h2 className="text-xl font-semibold">Four steps to the first certificate</h2>
      <p className="mt-1 text-ink-2">Each is ticked as it happens.</p>
      <ol className="mt-6 divide-y divide-line rounded-panel border border-line bg-surface">
        {steps.map((step, index) => (
          <li className="flex items-center gap-3 px-4 py-3.5" key={step.title}>
            <StatusGlyph glyph={step.done ? 'healthy' : 'waiting'} tone={step.done ? 'ok' : 'neutral'} />
            <div className="min-w-0 flex-1">
              <p className="font-medium">{step.title}</p>
              <p className="text-ink-2">
                {step.text}
                {step.title === 'Issuer' && issuer?.not_after ? (
                  <span className="text-ink-3">
                    {' '}
                    <Expiry at={issuer.not_after} />.
                  </span>
                ) : null}
              </p>
            </div>
            {!step.done && step.to && router.routesByPath[step.to as never] ? (
              <ButtonLink to={step.to} variant={index === next ? 'primary' : 'outline'}>
                {step.action}
              </ButtonLink>
            ) : null}
          </li>
        ))}
      </ol>
    </div>
  );
}
