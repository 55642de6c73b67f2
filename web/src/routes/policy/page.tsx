// One renewal policy, or one rule: the id says which. Not for: profiles. Invariant: each is loaded on its own.
import { useParams } from '@tanstack/react-router';
import { RenewalPolicyPage } from './renewal-policy';
import { RulePage } from './rule';

export function PolicyPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  return id.startsWith('pr-') ? <RulePage id={id} key={id} /> : <RenewalPolicyPage id={id} key={id} />;
}

export const NewPolicyPage = () => <RenewalPolicyPage />;
export const NewRulePage = () => <RulePage />;
