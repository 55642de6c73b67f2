// Removing a part of the configuration: what hangs on it, and what refers to it when the server refuses (409).
// Not for: what cannot be undone for certificates (TypedConfirm). Invariant: a refusal names what refers to it, with links.
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '@/api/error';
import { useCertificateNames } from '@/api/lookups';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { TextLink } from '@/ui/link';
import { StatusGlyph } from './status-glyph';

interface Props {
  /** "policy" */
  noun: string;
  name: string;
  children: ReactNode;
  /** Why it cannot be removed, when that is known before. */
  reason?: string | null;
  remove: () => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
}

export function RemoveDialog({ noun, name, children, reason = null, remove, onDone, onClose }: Props) {
  const work = useMutation({ mutationFn: remove, onSuccess: onDone });
  const failed = work.error ? ApiError.of(work.error) : null;
  const params = failed?.problem?.params as { certificate_ids?: string[]; more?: boolean } | undefined;
  const referring = params?.certificate_ids ?? [];
  const nameOf = useCertificateNames(referring);
  const why = reason ?? (failed?.status === 409 ? 'something refers to it' : null);
  const confirm = () => {
    if (why === null && !work.isPending) work.mutate();
  };
  return (
    <Dialog
      footer={
        <>
          <Button onClick={onClose}>Keep {noun}</Button>
          <Button busy={work.isPending} disabledReason={why} onClick={confirm} variant="danger">
            Remove {noun}
          </Button>
        </>
      }
      glyph={<StatusGlyph glyph="warning" tone="crit" />}
      onConfirm={confirm}
      onOpenChange={(open) => !open && onClose()}
      open
      title={`Remove ${name}?`}
    >
      <div className="flex flex-col gap-4 text-sm text-ink-2">
        {failed ? (
          <div role="alert">
            <Banner className="rounded-control" tone="crit">
              {referring.length > 0 ? `These certificates refer to the ${noun}, archived ones too:` : failed.sentence}
              {referring.length > 0 ? (
                <ul className="mt-1 flex flex-col">
                  {referring.map((id) => (
                    <li className="flex h-7 items-center" key={id}>
                      <TextLink to={`/certificates/${id}`}>{nameOf(id)}</TextLink>
                    </li>
                  ))}
                  {params?.more ? <li className="text-ink-3">and more</li> : null}
                </ul>
              ) : null}
              {referring.length > 0 ? <p className="mt-1">Point them elsewhere first.</p> : null}
            </Banner>
          </div>
        ) : null}
        {children}
      </div>
    </Dialog>
  );
}
