// Brings the CSR of a certificate whose key is kept outside. Invariant: never a private key; the server refuses one.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, taken } from '@/api/client';
import { ApiError } from '@/api/error';
import type { Certificate } from '@/api/types';
import { keyName } from '@/lib/key-names';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { TextArea } from '@/ui/field';
import { say } from '@/ui/toast';

export function BringCsr({ it, onClose }: { it: Certificate; onClose: () => void }) {
  const [pem, setPem] = useState('');
  const queries = useQueryClient();
  const send = useMutation({
    mutationFn: () =>
      taken(client.POST('/certificates/{id}/csr', { params: { path: { id: it.id } }, body: { csr_pem: pem.trim() } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['/certificates/{id}'] });
      void queries.invalidateQueries({ queryKey: ['/certificates/{id}/timeline'] });
      say(`The CSR of ${it.name} was taken`);
      onClose();
    },
  });
  const failed = send.isError ? ApiError.of(send.error) : null;
  const looks = /-----BEGIN (NEW )?CERTIFICATE REQUEST-----/.test(pem);
  const key = /PRIVATE KEY-----/.test(pem);
  const reason = key ? 'this is a private key: keep it where it is' : looks ? null : 'paste the CSR first';
  const confirm = () => {
    if (reason === null && !send.isPending) send.mutate();
  };
  return (
    <Dialog
      description={`For ${it.names.join(', ')}, with a key ${keyName(it.key_algorithm)}.`}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button busy={send.isPending} disabledReason={reason} onClick={confirm} variant="primary">
            Hand in CSR
          </Button>
        </>
      }
      onConfirm={confirm}
      onOpenChange={(open) => !open && onClose()}
      open
      title={`Bring the CSR of ${it.name}`}
    >
      <TextArea
        error={key ? 'This is a private key. Only the CSR is wanted.' : (failed?.at('/csr_pem') ?? failed?.message)}
        help="PEM, as openssl req -new prints it"
        label="CSR"
        mono
        onChange={(event) => setPem(event.target.value)}
        placeholder="-----BEGIN CERTIFICATE REQUEST-----"
        rows={9}
        value={pem}
      />
    </Dialog>
  );
}
