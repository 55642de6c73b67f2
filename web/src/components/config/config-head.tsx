// The head of the page of something that is configured by the form of its kind: what it is called, how it is, of which kind it is.
// Not for: the form (config-fields.tsx).
import type { ReactNode } from 'react';
import { StatusText } from '@/components/status-text';
import type { StatusWord } from '@/lib/tokens';
import { Chip } from '@/ui/chip';
import { CopyId } from '@/ui/copy';

interface Props {
  it: { id: string; name: string };
  status: StatusWord;
  /** In words. */
  kind: string;
  /** "channel" */
  noun: string;
  /** Its buttons. */
  children: ReactNode;
}

export function ConfigHead({ it, status, kind, noun, children }: Props) {
  return (
    <header className="flex max-w-340 flex-wrap items-start gap-3">
      <div className="min-w-0 flex-1">
        <h1 className="text-xl font-semibold">{it.name}</h1>
        <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
          <StatusText status={status} />
          <Chip>{kind}</Chip>
          <CopyId id={it.id} label={`Copy the ${noun}'s id`} />
        </div>
      </div>
      <div className="flex items-center gap-2">{children}</div>
    </header>
  );
}
