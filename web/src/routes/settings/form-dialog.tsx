// A short form in a dialog: its fault on top, its fields, one button. Not for: long forms (they have pages).
import type { ReactNode } from 'react';
import { ApiError } from '@/api/error';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';

interface Props {
  title: string;
  description?: string;
  action: string;
  busy: boolean;
  error: unknown;
  /** Why it may not be sent yet. */
  reason: string | null;
  onSave: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function FormDialog(props: Props) {
  const failed = props.error ? ApiError.of(props.error) : null;
  const save = () => {
    if (props.reason === null && !props.busy) props.onSave();
  };
  return (
    <Dialog
      description={props.description}
      footer={
        <>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button busy={props.busy} disabledReason={props.reason} onClick={save} variant="primary">
            {props.action}
          </Button>
        </>
      }
      onConfirm={save}
      onOpenChange={(open) => !open && props.onClose()}
      open
      title={props.title}
    >
      <div className="flex flex-col gap-4">
        {failed ? (
          <div role="alert">
            <Banner className="rounded-control" tone="crit">
              {failed.sentence}{' '}
              {(failed.problem?.errors ?? [])
                .map((each) => `${each.pointer.replace(/^\//, '')}: ${each.detail}`)
                .join(' ')}
            </Banner>
          </div>
        ) : null}
        {props.children}
      </div>
    </Dialog>
  );
}
