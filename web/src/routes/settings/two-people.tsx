// The rule of two people: what it holds, who could confirm, and its switch. Not for: what waits (routes/approvals).
// Invariant: switching it off is asked for like everything else that it holds.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client, taken } from '@/api/client';
import { ASK, accessRulesQuery, sayAsked, TwoPeopleNote } from '@/components/confirmations/two-people';
import { ErrorState } from '@/components/error-state';
import { Impacts } from '@/components/impacts';
import { StatusText } from '@/components/status-text';
import { TypedConfirm } from '@/components/typed-confirm';
import { isAsked } from '@/lib/confirmations';
import { plural } from '@/lib/words';
import { Button } from '@/ui/button';
import { TextLink } from '@/ui/link';
import { Panel } from '@/ui/panel';
import { SkeletonRows } from '@/ui/skeleton';
import { complain, say } from '@/ui/toast';

const held = [
  'Revoking a selection of certificates',
  'Replacing an issuing CA or a root',
  'Making a user an admin, or letting one in again',
  'Switching this rule off',
];

const alone = [
  'Making an admin key, or a user with the role admin at once: make the user with another role first',
  'Setting the password of another admin',
  'Leaving fewer than two admins who can sign in',
];

function List({ items }: { items: readonly string[] }) {
  return (
    <ul className="flex list-disc flex-col gap-1 ps-5 text-ink-2">
      {items.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

export function TwoPeople() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const rules = useQuery(accessRulesQuery());
  const put = useMutation({
    mutationFn: (wanted: boolean) => taken(client.PUT('/access-rules', { body: { two_people: wanted } })),
    onSuccess: (answer, wanted) => {
      setAsking(false);
      void queries.invalidateQueries({ queryKey: ['/access-rules'] });
      void queries.invalidateQueries({ queryKey: ['/confirmations'] });
      if (isAsked(answer)) sayAsked(answer, (to) => void navigate({ to }));
      else say(wanted ? 'Two people are needed from now on' : 'One person is enough again');
    },
    onError: (error) => complain('The rule was not changed', error),
  });
  const it = rules.data;
  if (rules.isError && !it)
    return <ErrorState error={rules.error} onRetry={() => void rules.refetch()} what="The rule" />;
  if (it === undefined) return <SkeletonRows rows={5} />;
  const on = it.two_people;
  const nobody = it.confirmers === 0;
  return (
    <Panel
      actions={
        <Button
          disabledReason={!on && nobody ? 'nobody else could confirm: add another admin first' : null}
          onClick={() => setAsking(true)}
          size="sm"
        >
          {on ? 'Switch off…' : 'Switch on…'}
        </Button>
      }
      title="Two people for what cannot be taken back"
    >
      <div className="flex max-w-160 flex-col gap-4">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <StatusText
            status={
              on
                ? { label: 'On', glyph: 'healthy', tone: 'ok' }
                : { label: 'Off: one person is enough', glyph: 'archived', tone: 'neutral' }
            }
          />
          <span className="text-ink-3">
            {nobody
              ? 'Nobody else can sign in as an admin.'
              : plural(it.confirmers, {
                  one: '# other person could confirm what you ask for.',
                  other: '# other people could confirm what you ask for.',
                })}
          </span>
        </p>
        <section className="flex flex-col gap-1.5">
          <h3 className="font-medium">
            {on ? 'Needs another admin’s confirmation' : 'Would need another admin’s confirmation'}
          </h3>
          <List items={held} />
        </section>
        <section className="flex flex-col gap-1.5">
          <h3 className="font-medium">{on ? 'Cannot be done' : 'Could not be done'} while it is on</h3>
          <List items={alone} />
        </section>
        <p className="text-ink-3">
          An API key stands for the user who made its secret. What waits is under{' '}
          <TextLink className="underline" to="/approvals">
            Approvals
          </TextLink>
          .
        </p>
      </div>
      {asking ? (
        <TypedConfirm
          action={on ? ASK : 'Switch on'}
          busy={put.isPending}
          keep={on ? 'Keep it on' : 'Keep it off'}
          onClose={() => setAsking(false)}
          onConfirm={() => put.mutate(!on)}
          title={on ? 'Switch off the rule of two people?' : 'Need two people from now on?'}
          tone="warn"
        >
          {on ? (
            <>
              <p className="text-ink-2">One admin alone can then revoke, replace CAs and make admins again.</p>
              <TwoPeopleNote what="the rule stays on" />
            </>
          ) : (
            <Impacts
              items={[
                {
                  glyph: 'waiting',
                  tone: 'neutral',
                  text: 'What is held waits up to 24 hours for another admin, also when the API or the command line asks',
                },
                {
                  glyph: 'warning',
                  tone: 'warn',
                  text: 'You cannot switch it off alone: that is confirmed by another admin too',
                },
              ]}
            />
          )}
        </TypedConfirm>
      ) : null}
    </Panel>
  );
}
