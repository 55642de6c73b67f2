// Removes a DNS provider, unless an issuer proves names by it: then it says which.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { issuersQuery } from '@/api/caller';
import { client, taken } from '@/api/client';
import type { Schemas } from '@/api/types';
import { RemoveDialog } from '@/components/remove-dialog';
import { usersOf } from '@/lib/dns-words';
import { TextLink } from '@/ui/link';
import { say } from '@/ui/toast';

interface Props {
  it: Schemas['DnsProvider'];
  onDone: () => void;
  onClose: () => void;
}

export function RemoveDnsProvider({ it, onDone, onClose }: Props) {
  const queries = useQueryClient();
  const users = usersOf(it.id, useQuery(issuersQuery()).data?.items ?? []);
  return (
    <RemoveDialog
      name={it.name}
      noun="DNS provider"
      onClose={onClose}
      onDone={() => {
        say(`${it.name} is removed`);
        void queries.invalidateQueries({ queryKey: ['/dns-providers'] });
        onDone();
      }}
      reason={users.length > 0 ? 'an issuer uses it' : null}
      remove={() => taken(client.DELETE('/dns-providers/{id}', { params: { path: { id: it.id } } }))}
    >
      {users.length > 0 ? (
        <>
          <p>These issuers prove names by it. Point them elsewhere first:</p>
          <ul className="list-disc ps-4">
            {users.map((user) => (
              <li key={user.id}>
                <TextLink to={`/issuers/${user.id}/edit`}>{user.name}</TextLink>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p>No issuer uses it. Its secrets are gone with it.</p>
      )}
    </RemoveDialog>
  );
}
