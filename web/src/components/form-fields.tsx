// The fields of a form that is a page: all of them off, with the reason above, for those who may only read.
import type { ReactNode } from 'react';
import { Banner } from '@/ui/banner';

export function FormFields({ reason, children }: { reason: string | null; children: ReactNode }) {
  return (
    <>
      {reason ? (
        <Banner className="rounded-control" tone="neutral">
          Only to read: changing it {reason}.
        </Banner>
      ) : null}
      <fieldset
        className="contents disabled:[&_button]:opacity-80 disabled:[&_input]:border-line disabled:[&_input]:bg-fill disabled:[&_textarea]:border-line disabled:[&_textarea]:bg-fill"
        disabled={reason !== null}
      >
        {children}
      </fieldset>
    </>
  );
}
