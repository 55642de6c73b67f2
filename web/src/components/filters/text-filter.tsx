// A filter that is written, behind a button: an address, an id. Not for: the list's own search (search-box.tsx).
// Invariant: what does not look right is said at the field, and not sent.
import { type FormEvent, useState } from 'react';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { Popover } from '@/ui/popover';
import { FilterButton } from './filter-menu';

interface Props {
  label: string;
  text: string | undefined;
  /** What the button says of it, when it is not the text itself. */
  summary?: string;
  help?: string;
  placeholder?: string;
  /** Why a text cannot be asked for. */
  fault?: (text: string) => string | undefined;
  onChange: (text: string | undefined) => void;
}

export function TextFilter({ label, text, summary, help, placeholder, fault, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const next = String(new FormData(event.currentTarget).get('text') ?? '').trim();
    const wrong = next === '' ? undefined : fault?.(next);
    setError(wrong);
    if (wrong !== undefined) return;
    onChange(next === '' ? undefined : next);
    setOpen(false);
  };
  return (
    <Popover
      className="w-72"
      label={label}
      onOpenChange={(next) => {
        setOpen(next);
        setError(undefined);
      }}
      open={open}
      trigger={<FilterButton label={label} onClear={() => onChange(undefined)} value={summary ?? text} />}
    >
      <form className="flex flex-col gap-2 p-2" key={text} onSubmit={submit}>
        <TextField
          autoComplete="off"
          defaultValue={text}
          error={error}
          help={help}
          label={label}
          mono
          name="text"
          placeholder={placeholder}
        />
        <Button className="self-end" size="sm" type="submit">
          Apply
        </Button>
      </form>
    </Popover>
  );
}
